using System.Diagnostics;
using System.Globalization;
using EbpfFirewall.Launcher.Tests.Harness;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Launcher.Tests;

/// <summary>The process that the program finds itself in: cgroup, parent, signals, death.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly TestCgroup _cgroup = new();

    public void Dispose() => _cgroup.Dispose();

    [KernelFact]
    public async Task The_program_starts_inside_the_cgroup()
    {
        SandboxResult result = await new Sandbox(_cgroup).RunAsync("cat", "/proc/self/cgroup");

        result.ShouldHaveRun();
        result.Lines.Should().Contain("0::/" + _cgroup.Name);
    }

    [KernelFact]
    public async Task The_pid_of_the_launcher_is_that_of_the_program()
    {
        using RunningSandbox running = new Sandbox(_cgroup).Start("sh", "-c", "echo $$; read line");

        string? pid = await running.ReadLineAsync();

        pid.Should().Be(running.Pid.ToString(CultureInfo.InvariantCulture));
        _cgroup.Members.Should().Equal(running.Pid);
        (await running.WaitAsync()).ExitCode.Should().Be(1, "read meets the end of its input");
    }

    [KernelFact]
    public async Task A_cgroup_with_many_processes_can_be_joined()
    {
        using Process crowd = Shell.Start(
            "echo $$ >\"$1/cgroup.procs\"; for i in $(seq 300); do sleep 60 <&- >&- 2>&- & done; echo ready; read line", _cgroup.FullPath);
        await crowd.StandardOutput.ReadLineAsync();

        SandboxResult result = await new Sandbox(_cgroup).RunAsync("true");

        result.ShouldHaveRun();
        _cgroup.Members.Should().HaveCountGreaterThan(300);
    }

    [KernelTheory]
    [InlineData("/no/such/cgroup", LauncherStage.CgroupOpen, Errno.ENOENT)]
    [InlineData("/etc/passwd", LauncherStage.CgroupOpen, Errno.ENOTDIR)]
    [InlineData("/tmp", LauncherStage.CgroupOpen, Errno.EINVAL)]
    internal async Task A_directory_that_is_no_cgroup_is_refused(string path, LauncherStage stage, Errno error)
    {
        SandboxResult result = await RunWithCgroupAsync(path);

        result.ShouldHaveFailed(stage, error);
    }

    [KernelFact]
    public async Task A_cgroup_that_takes_no_process_is_refused()
    {
        // Only threads of the parent's processes can live in a threaded cgroup.
        await Shell.RunAsync("mkdir \"$1/threads\"; echo threaded >\"$1/threads/cgroup.type\"", _cgroup.FullPath);

        SandboxResult result = await RunWithCgroupAsync(_cgroup.FullPath + "/threads");

        result.ExitCode.Should().Be(125);
        result.Failure!.Value.Stage.Should().BeOneOf(LauncherStage.CgroupJoin, LauncherStage.CgroupVerify);
    }

    [KernelFact]
    public async Task A_cgroup_by_a_path_into_another_mount_namespace_is_refused()
    {
        SandboxResult result = await RunWithCgroupAsync($"/proc/{Environment.ProcessId}/root{_cgroup.FullPath}");

        result.ShouldHaveFailed(LauncherStage.MountCover, Errno.EINVAL);
    }

    [KernelFact]
    public async Task A_starter_that_is_not_the_parent_is_refused()
    {
        SandboxResult result = await new Sandbox(_cgroup).Replacing("--parent", "1").RunAsync("true");

        result.ShouldHaveFailed(LauncherStage.Parent, Errno.ESRCH);
    }

    [KernelFact]
    public async Task Signals_have_their_default_dispositions_and_none_is_blocked()
    {
        Sandbox sandbox = new Sandbox(_cgroup).AfterPython(
            """
            import signal
            for number in range(1, 65):
                try: signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError): pass
            signal.pthread_sigmask(signal.SIG_SETMASK, range(1, 65))
            """);

        SandboxResult result = await sandbox.RunAsync("cat", "/proc/self/status");

        foreach (string set in (string[])["SigBlk", "SigIgn", "SigCgt"])
        {
            result.Field(set).Should().Be("0000000000000000", set);
        }
    }

    [KernelFact]
    public async Task A_signal_ends_the_program_as_it_would_outside()
    {
        using RunningSandbox running = new Sandbox(_cgroup).Start("sh", "-c", "echo ready; kill -TERM $$; read line");

        (await running.ReadLineAsync()).Should().Be("ready");

        (await running.WaitAsync()).ExitCode.Should().Be(128 + 15);
    }

    [KernelTheory]
    [InlineData("")]
    [InlineData("--uid=54321 --gid=54321 --groups=")]
    public async Task The_program_dies_with_its_starter(string identity)
    {
        using Process starter = Shell.Start(
            $$"""
            pipe=$(mktemp -u); mkfifo "$pipe"; exec 9<>"$pipe"; rm "$pipe"
            "$1" --status=/proc/$$/fd/9 --parent=$$ --cgroup="$2" {{identity}} -- sh -c 'echo $$; while :; do read line </dev/zero; done' &
            wait
            """,
            Repository.Launcher, _cgroup.FullPath);
        int pid = int.Parse((await starter.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        _cgroup.Members.Should().Equal(pid);

        starter.Kill();

        SpinWait.SpinUntil(() => _cgroup.Members.Length == 0, TimeSpan.FromSeconds(10)).Should().BeTrue("the kernel kills it");
    }

    [KernelFact]
    public async Task A_failure_leaves_no_process_behind()
    {
        await new Sandbox(_cgroup).RunAsync("/no/such/program");

        _cgroup.Members.Should().BeEmpty();
    }

    private Task<SandboxResult> RunWithCgroupAsync(string path) => new Sandbox(_cgroup).Replacing("--cgroup", path).RunAsync("true");
}
