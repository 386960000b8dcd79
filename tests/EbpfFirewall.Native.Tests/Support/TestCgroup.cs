using System.Diagnostics;

namespace EbpfFirewall.Native.Tests.Support;

/// <summary>A cgroup of the test's own, gone afterwards.</summary>
internal sealed class TestCgroup : IDisposable
{
    internal TestCgroup(string name)
    {
        string mount = Cgroup2.FindMount() ?? throw new InvalidOperationException("no cgroup2 here");
        Cgroup = Cgroup.Create(Path.Combine(mount, $"efw-native-{Environment.ProcessId}-{name}"));
    }

    internal Cgroup Cgroup { get; }

    /// <summary>Runs a shell command inside; returns its exit code.</summary>
    internal int Run(string command)
    {
        using Process shell = Start(command);
        shell.WaitForExit();
        return shell.ExitCode;
    }

    internal Process Start(string command)
    {
        ProcessStartInfo start = new("/bin/bash", ["-c", $"echo $$ > '{Cgroup.Path}/cgroup.procs'; exec 2>/dev/null; {command}"]);
        return Process.Start(start)!;
    }

    public void Dispose()
    {
        Cgroup.Kill();
        SpinWait.SpinUntil(() => !Cgroup.IsPopulated, TimeSpan.FromSeconds(10));
        Cgroup.TryRemove().Should().BeTrue("the test's processes are gone");
        Cgroup.Dispose();
    }
}
