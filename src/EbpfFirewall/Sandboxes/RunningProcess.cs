using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using EbpfFirewall.Decisions;

namespace EbpfFirewall.Sandboxes;

/// <summary>Reads who a thread is from proc(5). Exact only as long as something keeps the thread from ending: the caller has to see to that.</summary>
internal static class RunningProcess
{
    private const int MostParents = 8;
    private const int MostArgumentBytes = 4096;
    private const long TicksPerSecond = 100; // USER_HZ, fixed by the ABI

    /// <summary>Thread-group id of a thread; null when it has gone.</summary>
    public static int? GroupOf(int threadId) => Field(threadId, "Tgid:") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>Clock ticks since boot at which the process started: with its id they name it for ever.</summary>
    public static ulong StartOf(int processId) => ProcessStat.StartTicks(processId) ?? 0;

    /// <summary>Path of the executable; empty when it has gone.</summary>
    public static string ExecutableOf(int processId) => new FileInfo(Path(processId, "exe")).LinkTarget ?? "";

    /// <summary>The process and its ancestors; unknown when it has gone.</summary>
    public static ProcessIdentity Read(int processId)
    {
        try
        {
            if (ProcessStat.Read(processId) is not { } stat || Field(processId, "Uid:") is not { } ids)
            {
                return ProcessIdentity.Unknown;
            }

            byte[] arguments = ReadStart(Path(processId, "cmdline"), MostArgumentBytes + 1);
            string vector = Encoding.UTF8.GetString(arguments.AsSpan(0, Math.Min(arguments.Length, MostArgumentBytes)));
            return new ProcessIdentity
            {
                ProcessId = processId,
                StartTime = TimeOf(stat.StartTicks),
                UserId = uint.Parse(ids.Split('\t')[1], CultureInfo.InvariantCulture),
                Name = stat.Name,
                Executable = ExecutableOf(processId),
                Arguments = vector.Length == 0 ? [] : [.. (vector[^1] == '\0' ? vector[..^1] : vector).Split('\0')],
                ArgumentsTruncated = arguments.Length > MostArgumentBytes,
                Parents = Parents(stat.Parent),
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return ProcessIdentity.Unknown;
        }
    }

    private static ImmutableArray<ParentProcess> Parents(int processId)
    {
        var parents = ImmutableArray.CreateBuilder<ParentProcess>();
        while (parents.Count < MostParents && processId > 0 && ProcessStat.Read(processId) is { } stat)
        {
            parents.Add(new ParentProcess(processId, TimeOf(stat.StartTicks), stat.Name));
            processId = stat.Parent;
        }

        return parents.DrainToImmutable();
    }

    private static TimeSpan TimeOf(ulong ticks) => TimeSpan.FromTicks((long)ticks * (TimeSpan.TicksPerSecond / TicksPerSecond));

    private static string? Field(int processId, string name)
    {
        try
        {
            return File.ReadLines(Path(processId, "status")).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..].Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static byte[] ReadStart(string path, int most)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        byte[] buffer = new byte[most];
        int size = file.ReadAtLeast(buffer, most, throwOnEndOfStream: false);
        return buffer[..size];
    }

    private static string Path(int processId, string file) => string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/{file}");
}
