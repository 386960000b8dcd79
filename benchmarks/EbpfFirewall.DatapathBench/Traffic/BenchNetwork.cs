using System.Diagnostics;
using System.Runtime.InteropServices;
using EbpfFirewall.Native;

namespace EbpfFirewall.DatapathBench;

/// <summary>
/// The namespaces of a run of the bench. Sandboxed commands inherit the network of the process that starts them, so the bench runs
/// itself again inside of the client's namespace; the outer process stays, and removes every namespace when the inner one has ended,
/// however it did.
/// </summary>
internal static class BenchNetwork
{
    private const string Folder = "/run/netns";
    private const string Prefix = "efwbench-";
    private const string Variable = "EFW_BENCH_NETWORK";
    private static readonly string? Inherited = Environment.GetEnvironmentVariable(Variable);

    /// <summary>Whether this is the inner process.</summary>
    internal static bool IsInside => Inherited is not null;

    /// <summary>The namespace in which the inner process runs.</summary>
    internal static string Own => NameOf("client");

    private static string Run => Inherited ?? throw new InvalidOperationException("The bench does not run in its own network.");

    internal static string PathOf(string name) => $"{Folder}/{name}";

    /// <summary>Makes a namespace of this run.</summary>
    internal static string CreateNamespace(string name)
    {
        string full = NameOf(name);
        Tool.Run("", "ip", "netns", "add", full);
        return full;
    }

    internal static void RemoveNamespace(string name) => Tool.Run("", "ip", "netns", "del", name);

    /// <summary>Runs the bench again inside, and gives its exit code.</summary>
    internal static int RunInside(string[] arguments)
    {
        RemoveOrphans();
        string run = $"{Prefix}{Environment.ProcessId}-{StartTime(Environment.ProcessId)}";
        string own = $"{run}-client";

        // The terminal interrupts the inner process, too; we clean up after it.
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(
            PosixSignal.SIGINT, static context => context.Cancel = true);
        try
        {
            Tool.Run("", "ip", "netns", "add", own);
            using Process inner = Process.Start(Again(run, own, arguments))!;
            using PosixSignalRegistration end = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
            {
                context.Cancel = true;
                LinuxProcess.Signal(inner.Id, 15);
            });
            inner.WaitForExit();
            return inner.ExitCode;
        }
        finally
        {
            Remove(run);
            SandboxCleanup.RemoveLeftovers(endProcesses: false);
        }
    }

    private static string NameOf(string name) => $"{Run}-{name}";

    private static ProcessStartInfo Again(string run, string own, string[] arguments)
    {
        string self = Environment.ProcessPath!;
        ProcessStartInfo start = new("nsenter", [$"--net={PathOf(own)}", self]);
        if (Path.GetFileNameWithoutExtension(self) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[Variable] = run;
        return start;
    }

    private static void RemoveOrphans()
    {
        foreach (string name in Names(Prefix))
        {
            string[] parts = name.Split('-');
            if (parts.Length > 2 && int.TryParse(parts[1], out int pid) && StartTime(pid) != parts[2])
            {
                Remove($"{Prefix}{parts[1]}-{parts[2]}");
            }
        }
    }

    private static void Remove(string run)
    {
        foreach (string name in Names(run + "-"))
        {
            foreach (string pid in Tool.Run("", "ip", "netns", "pids", name).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                LinuxProcess.Signal(int.Parse(pid), 9);
            }

            RemoveNamespace(name);
        }
    }

    private static string[] Names(string prefix) =>
        Directory.Exists(Folder)
            ? [.. Directory.EnumerateFiles(Folder, prefix + "*").Select(static path => Path.GetFileName(path))]
            : [];

    /// <summary>Field 22 of /proc/PID/stat, which with the pid names one process for ever; "" when there is none.</summary>
    private static string StartTime(int pid)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (IOException)
        {
            return "";
        }
    }
}
