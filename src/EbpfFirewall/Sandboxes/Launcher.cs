using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using EbpfFirewall.Native;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Sandboxes;

/// <summary>
/// Starts a command through the launcher (launcher/launcher_abi.h): the started process becomes the command, so its id and its
/// streams are the command's from the beginning.
/// </summary>
internal static class Launcher
{
    private const byte Opened = (byte)'o';
    private static volatile bool _cannotListen;

    /// <param name="startInfo">The command.</param>
    /// <param name="cgroupPath">Where it runs.</param>
    /// <param name="user">Whom it runs as; null: as this process.</param>
    /// <param name="privileges">What it keeps.</param>
    /// <param name="unixes">Which unix sockets it must not reach; null: any.</param>
    /// <param name="calls">Who is told of the calls that the filter denies; null: nobody.</param>
    /// <returns>The process, and what the kernel cannot keep it from.</returns>
    /// <exception cref="SandboxStartException">The command does not run, and nothing of it ever did.</exception>
    public static (Process Process, SandboxGaps Gaps) Start(
        ProcessStartInfo startInfo,
        string cgroupPath,
        SandboxUser? user,
        ImmutableArray<SandboxPrivilege> privileges,
        MemoryFile? unixes = null,
        SystemCallReporter? calls = null)
    {
        if (calls is not null && !_cannotListen)
        {
            if (StartOnce(startInfo, cgroupPath, user, privileges, unixes, calls) is { } started)
            {
                return started;
            }

            _cannotListen = true; // it is the host's, and the same for every command
        }

        (Process process, SandboxGaps gaps) = StartOnce(startInfo, cgroupPath, user, privileges, unixes, null)!.Value;
        return (process, calls is null ? gaps : gaps | SandboxGaps.SystemCallEvents);
    }

    // Null when the filter's listener cannot be taken: the launcher is dead then.
    private static (Process Process, SandboxGaps Gaps)? StartOnce(
        ProcessStartInfo startInfo,
        string cgroupPath,
        SandboxUser? user,
        ImmutableArray<SandboxPrivilege> privileges,
        MemoryFile? unixes,
        SystemCallReporter? calls)
    {
        (SafeFileHandle reader, SafeFileHandle writer) = LinuxProcess.CreatePipe();
        using (reader)
        using (writer)
        {
            Process process = LauncherThread.Start(Wrap(startInfo, Options(reader, cgroupPath, user, privileges, unixes, calls is not null), user));
            try
            {
                if (ReadReport(process, reader, writer, calls, out bool isListening) is not { } report)
                {
                    process.Dispose();
                    return null;
                }

                return report.Stage == LauncherStage.Confined
                    ? (process, (SandboxGaps)report.Value | (calls is null || isListening ? SandboxGaps.None : SandboxGaps.SystemCallEvents))
                    : throw report.ToException(startInfo.FileName);
            }
            catch
            {
                process.Dispose();
                throw;
            }
        }
    }

    private static List<string> Options(
        SafeFileHandle status, string cgroupPath, SandboxUser? user, ImmutableArray<SandboxPrivilege> privileges, MemoryFile? unixes, bool notify)
    {
        int self = Environment.ProcessId;
        List<string> options =
        [
            string.Create(CultureInfo.InvariantCulture, $"--status=/proc/{self}/fd/{status.DangerousGetHandle()}"),
            string.Create(CultureInfo.InvariantCulture, $"--parent={self}"),
            $"--cgroup={cgroupPath}",
        ];
        if (user is not null)
        {
            options.Add(string.Create(CultureInfo.InvariantCulture, $"--uid={user.UserId}"));
            options.Add(string.Create(CultureInfo.InvariantCulture, $"--gid={user.GroupId}"));
            options.Add($"--groups={string.Join(',', user.Groups)}");
        }

        if (unixes is not null)
        {
            options.Add($"--unix={unixes.Path}");
        }

        if (notify)
        {
            options.Add("--notify");
        }

        AddList(options, "--capabilities", privileges.Where(privilege => privilege.Capability is not null).Select(privilege => $"{privilege.Capability}"));
        AddList(options, "--allow", privileges.Where(privilege => privilege.Capability is null).Select(privilege => privilege.Name));
        return options;
    }

    private static void AddList(List<string> options, string option, IEnumerable<string> values)
    {
        string list = string.Join(',', values);
        if (list.Length > 0)
        {
            options.Add($"{option}={list}");
        }
    }

    // The caller's start info with the launcher in front; the caller's own object stays as it is.
    private static ProcessStartInfo Wrap(ProcessStartInfo startInfo, List<string> options, SandboxUser? user)
    {
        List<string> front = [.. options, "--", startInfo.FileName];
        ProcessStartInfo wrapped = startInfo.ArgumentList.Count > 0 || startInfo.Arguments.Length == 0
            ? new ProcessStartInfo(LauncherImage.Path, [.. front, .. startInfo.ArgumentList])
            : new ProcessStartInfo(LauncherImage.Path, $"{CommandLineText.Join(front)} {startInfo.Arguments}");

        wrapped.UseShellExecute = false;
        wrapped.WorkingDirectory = startInfo.WorkingDirectory;
        wrapped.RedirectStandardInput = startInfo.RedirectStandardInput;
        wrapped.RedirectStandardOutput = startInfo.RedirectStandardOutput;
        wrapped.RedirectStandardError = startInfo.RedirectStandardError;
        wrapped.StandardInputEncoding = startInfo.StandardInputEncoding;
        wrapped.StandardOutputEncoding = startInfo.StandardOutputEncoding;
        wrapped.StandardErrorEncoding = startInfo.StandardErrorEncoding;
        wrapped.Environment.Clear();
        foreach ((string name, string? value) in startInfo.Environment)
        {
            wrapped.Environment[name] = value;
        }

        if (user is { Name.Length: > 0 })
        {
            Inherit(wrapped, "HOME", user.Home);
            Inherit(wrapped, "USER", user.Name);
            Inherit(wrapped, "LOGNAME", user.Name);
        }

        return wrapped;
    }

    // Another user has another home. What the caller has set for the command stays.
    private static void Inherit(ProcessStartInfo startInfo, string variable, string value)
    {
        startInfo.Environment.TryGetValue(variable, out string? given);
        if (value.Length > 0 && given == Environment.GetEnvironmentVariable(variable))
        {
            startInfo.Environment[variable] = value;
        }
    }

    // The launcher opens the pipe by our descriptor, so ours must stay open until it has said so, or until it is dead.
    private static LauncherReport? ReadReport(
        Process process, SafeFileHandle reader, SafeFileHandle writer, SystemCallReporter? calls, out bool isListening)
    {
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => writer.Dispose();
        if (process.HasExited)
        {
            writer.Dispose();
        }

        using var status = new FileStream(reader, FileAccess.Read, bufferSize: 0);
        bool isOpen = status.ReadByte() == Opened;
        writer.Dispose();

        // Without a report it died before it could say anything. Behind the one that all is done, only the exec can fail.
        LauncherReport report = isOpen && Read(status) is { } first ? first : new LauncherReport(LauncherStage.Status, 0);
        isListening = report.Stage == LauncherStage.Listening;
        if (isListening)
        {
            if (!TryListen(process, report.Value, calls!))
            {
                return null;
            }

            report = Read(status) ?? new LauncherReport(LauncherStage.Status, 0);
        }

        return report.Stage == LauncherStage.Confined && Read(status) is { } failure ? failure : report;
    }

    // The launcher waits for the answer to its trial; without a listener it would wait for ever.
    private static bool TryListen(Process launcher, int descriptor, SystemCallReporter calls)
    {
        try
        {
            calls.Listen(launcher.Id, descriptor);
            return true;
        }
        catch (Exception error) when (error is BpfException or ObjectDisposedException)
        {
            launcher.Kill();
            launcher.WaitForExit();
            return error is BpfException { Error: not Errno.ESRCH }
                ? false
                : throw new SandboxStartException(ErrorCodes.LauncherFailed, "the launcher ended while it entered the sandbox.", exitCode: 125);
        }
    }

    private static LauncherReport? Read(FileStream status)
    {
        Span<byte> report = stackalloc byte[8];
        return status.ReadAtLeast(report, report.Length, throwOnEndOfStream: false) == report.Length
            ? MemoryMarshal.Read<LauncherReport>(report)
            : null;
    }
}
