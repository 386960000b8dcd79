using EbpfFirewall.Launcher.Tests.Harness;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Launcher.Tests;

/// <summary>The command line and the status pipe, as launcher_abi.h specifies them.</summary>
public sealed class ArgumentTests : IDisposable
{
    private readonly TestCgroup _cgroup = new();

    public void Dispose() => _cgroup.Dispose();

    [KernelTheory]
    [InlineData("--uid=1")]
    [InlineData("--uid=1 --gid=1")]
    [InlineData("--gid=1 --groups=")]
    [InlineData("--uid=1 --gid=1 --groups=1,")]
    [InlineData("--uid=1 --gid=1 --groups=,1")]
    [InlineData("--uid=1 --gid=1 --groups=1;2")]
    [InlineData("--uid= --gid=1 --groups=")]
    [InlineData("--uid=-1 --gid=1 --groups=")]
    [InlineData("--uid=1x --gid=1 --groups=")]
    [InlineData("--uid=0x1 --gid=1 --groups=")]
    [InlineData("--uid=4294967295 --gid=1 --groups=")]
    [InlineData("--uid=1 --gid=4294967295 --groups=")]
    [InlineData("--uid=1 --gid=1 --groups=4294967295")]
    [InlineData("--uid=18446744073709551617 --gid=1 --groups=")]
    [InlineData("--uid=1 --uid=1 --gid=1 --groups=")]
    [InlineData("--parent=1")]
    [InlineData("--cgroup=/tmp")]
    [InlineData("--status=/dev/null")]
    [InlineData("--unknown=1")]
    [InlineData("--capabilities=")]
    [InlineData("--capabilities=64")]
    [InlineData("--capabilities=-1")]
    [InlineData("--capabilities=13,")]
    [InlineData("--capabilities=net_raw")]
    [InlineData("--capabilities=13 --capabilities=12")]
    [InlineData("--allow=")]
    [InlineData("--allow=everything")]
    [InlineData("--allow=io_uring,")]
    [InlineData("--allow=,io_uring")]
    [InlineData("--allow=io_uring;namespaces")]
    [InlineData("--allow=io_uringnamespaces")]
    [InlineData("--allow=io_uring --allow=namespaces")]
    [InlineData("--uid")]
    [InlineData("stray")]
    public async Task A_command_line_that_is_not_as_specified_is_refused(string extra)
    {
        SandboxResult result = await new Sandbox(_cgroup).Editing(options => [.. extra.Split(' '), .. options]).RunAsync("true");

        result.ShouldHaveFailed(LauncherStage.Arguments, Errno.EINVAL);
    }

    [KernelTheory]
    [InlineData("--status")]
    [InlineData("--parent")]
    [InlineData("--cgroup")]
    public async Task Each_required_option_is_required(string option)
    {
        SandboxResult result = await new Sandbox(_cgroup).Without(option).RunAsync("true");

        result.ExitCode.Should().Be(125);
        if (option == "--status")
        {
            result.Status.Should().BeEmpty();
            result.Error.Should().Be("efw-launcher: stage 10 errno 22\n");
        }
        else
        {
            result.Failure.Should().Be((LauncherStage.Arguments, Errno.EINVAL));
        }
    }

    [KernelFact]
    public async Task A_program_is_required()
    {
        (await new Sandbox(_cgroup).RunAsync()).ShouldHaveFailed(LauncherStage.Arguments, Errno.EINVAL);
    }

    [KernelFact]
    public async Task Options_may_come_in_any_order()
    {
        Sandbox sandbox = (new Sandbox(_cgroup) { Uid = 7 }).Editing(options => [.. options.Reverse()]);

        SandboxResult result = await sandbox.RunAsync("id", "-u");

        result.Text.Should().Be("7\n");
    }

    [KernelTheory]
    [InlineData("/no/such/pipe", Errno.ENOENT)]
    [InlineData("/etc/passwd", Errno.EINVAL)]
    [InlineData("/proc/self/fd/0", Errno.ENXIO)] // a socket
    internal async Task A_status_path_that_is_no_pipe_is_refused(string path, Errno error)
    {
        Sandbox sandbox = new Sandbox(_cgroup)
            .AfterPython("import socket; a, b = socket.socketpair(); os.dup2(a.fileno(), 0)")
            .Replacing("--status", path);

        SandboxResult result = await sandbox.RunAsync("true");

        result.ExitCode.Should().Be(125);
        result.Status.Should().BeEmpty();
        result.Error.Should().Be($"efw-launcher: stage {(int)LauncherStage.Status} errno {(int)error}\n");
    }

    [KernelFact]
    public async Task A_pipe_that_nobody_reads_is_an_error_and_not_a_wait()
    {
        Sandbox sandbox = new Sandbox(_cgroup).AfterMounting("mount -t tmpfs x /mnt; mkfifo /mnt/pipe").Replacing("--status", "/mnt/pipe");

        SandboxResult result = await sandbox.RunAsync("true");

        result.Error.Should().Be($"efw-launcher: stage {(int)LauncherStage.Status} errno {(int)Errno.ENXIO}\n");
    }
}
