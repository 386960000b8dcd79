using System.ComponentModel;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using EbpfFirewall.TestKit.Commands;
using EbpfFirewall.TestKit.Interop;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.TestKit.Lab;

/// <summary>A named network namespace. Disposing ends the processes in it and removes it.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public sealed class NetworkNamespace : IAsyncDisposable
{
    private const string Directory = "/run/netns";

    private NetworkNamespace(string name) => Name = name;

    public string Name { get; }

    /// <summary>The file that stands for it (ip-netns(8)).</summary>
    public string Path => $"{Directory}/{Name}";

    public static async Task<NetworkNamespace> CreateAsync(string name)
    {
        (await CommandRunner.RunAsync("ip", "netns", "add", name)).EnsureSuccess();
        return new NetworkNamespace(name);
    }

    /// <summary>Runs code inside. Sockets it opens stay there, whichever thread uses them later.</summary>
    public T Run<T>(Func<T> function)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;

        // setns(2) changes the calling thread only, so the thread is one that nobody uses afterwards.
        Thread thread = new(() =>
        {
            try
            {
                // FileStream wants to seek, which these files refuse.
                int file = LibC.open(Path, LibC.O_RDONLY | LibC.O_CLOEXEC);
                using SafeFileHandle handle = new(file, ownsHandle: true);
                if (file < 0 || LibC.setns(file, LibC.CLONE_NEWNET) != 0)
                {
                    throw new Win32Exception(Marshal.GetLastPInvokeError());
                }

                result = function();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    /// <summary>Wraps a command so that it runs inside, under the same pid. /sys stays as it is, cgroup2 with it.</summary>
    public Command Enter(Command command) => command with
    {
        FileName = "nsenter",
        Arguments = [$"--net={Path}", command.FileName, .. command.Arguments],
    };

    /// <summary>Ids of the processes inside.</summary>
    public async Task<int[]> GetProcessesAsync() =>
        [.. (await CommandRunner.RunAsync("ip", "netns", "pids", Name)).Lines.Select(int.Parse)];

    public async ValueTask DisposeAsync() => await RemoveAsync(Name);

    /// <summary>Names of the namespaces whose owner has ended.</summary>
    internal static IEnumerable<string> FindOrphans() =>
        System.IO.Directory.Exists(Directory)
            ? System.IO.Directory.EnumerateFiles(Directory, LabName.Prefix + "*")
                .Select(path => System.IO.Path.GetFileName(path))
                .Where(LabName.IsOrphan)
            : [];

    internal static async Task RemoveAsync(string name)
    {
        foreach (string pid in (await CommandRunner.RunAsync("ip", "netns", "pids", name)).Lines)
        {
            _ = LibC.kill(int.Parse(pid), (int)Signal.Kill);
        }

        await CommandRunner.RunAsync("ip", "netns", "del", name);
    }
}
