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

    /// <exception cref="SandboxStartException">The command does not run, and nothing of it ever did.</exception>
    public static Process Start(ProcessStartInfo startInfo, string cgroupPath, SandboxUser? user)
    {
        (SafeFileHandle reader, SafeFileHandle writer) = LinuxProcess.CreatePipe();
        using (reader)
        using (writer)
        {
            Process process = LauncherThread.Start(Wrap(startInfo, Options(reader, cgroupPath, user), user));
            try
            {
                if (ReadFailure(process, reader, writer) is { } failure)
                {
                    throw failure.ToException(startInfo.FileName);
                }

                return process;
            }
            catch
            {
                process.Dispose();
                throw;
            }
        }
    }

    private static List<string> Options(SafeFileHandle status, string cgroupPath, SandboxUser? user)
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

        return options;
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
    private static LauncherFailure? ReadFailure(Process process, SafeFileHandle reader, SafeFileHandle writer)
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

        Span<byte> failure = stackalloc byte[8];
        if (status.ReadAtLeast(failure, failure.Length, throwOnEndOfStream: false) == failure.Length)
        {
            return MemoryMarshal.Read<LauncherFailure>(failure);
        }

        return isOpen ? null : new LauncherFailure(LauncherStage.Status, 0); // it died before it could say anything
    }
}
