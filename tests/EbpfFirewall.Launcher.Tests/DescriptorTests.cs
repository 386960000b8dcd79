using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Launcher.Tests.Harness;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Launcher.Tests;

/// <summary>What is open in the program.</summary>
public sealed class DescriptorTests : IDisposable
{
    private const string List = "cd /proc/self/fd; for fd in *; do test -e $fd && echo $fd; done";
    private readonly TestCgroup _cgroup = new();

    public void Dispose() => _cgroup.Dispose();

    [KernelFact]
    public async Task Only_the_standard_streams_stay_open()
    {
        Sandbox sandbox = new Sandbox(_cgroup).After("exec 3</ 7</etc/passwd 9<>/dev/null 250</dev/null");

        SandboxResult result = await sandbox.RunAsync("ls", "/proc/self/fd");

        result.ShouldHaveRun();
        result.Lines.Should().Equal("0", "1", "2", "3"); // 3 is the listing
    }

    [KernelFact]
    public async Task Thousands_of_descriptors_are_closed()
    {
        Sandbox sandbox = new Sandbox(_cgroup).AfterPython("for n in range(3, 900): os.dup2(0, n, inheritable=True)");

        SandboxResult result = await sandbox.RunAsync("ls", "/proc/self/fd");

        result.Lines.Should().HaveCount(4);
    }

    /// <summary>As in a container whose filter does not know close_range(2).</summary>
    [KernelFact]
    public async Task Descriptors_are_closed_without_close_range()
    {
        Sandbox sandbox = new Sandbox(_cgroup).AfterPython(
            """
            import ctypes, struct
            libc = ctypes.CDLL(None)
            for n in range(3, 200): os.dup2(0, n, inheritable=True)
            # seccomp: load the number; close_range (436) gives ENOSYS, all else passes
            steps = (0x20, 0, 0, 0), (0x15, 0, 1, 436), (6, 0, 0, 0x50000 | 38), (6, 0, 0, 0x7fff0000)
            code = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *step) for step in steps))
            filter = ctypes.create_string_buffer(struct.pack("<HxxxxxxQ", 4, ctypes.addressof(code)))
            assert libc.prctl(22, 2, filter, 0, 0) == 0
            """);

        SandboxResult result = await sandbox.RunAsync("ls", "/proc/self/fd");

        result.ShouldHaveRun();
        result.Lines.Should().Equal("0", "1", "2", "3");
    }

    [KernelFact]
    public async Task Closed_standard_streams_are_open_on_dev_null()
    {
        Sandbox sandbox = new Sandbox(_cgroup).After("exec 0<&- 2>&-");

        SandboxResult result = await sandbox.RunAsync("readlink", "/proc/self/fd/0", "/proc/self/fd/2");

        result.Lines.Should().Equal("/dev/null", "/dev/null");
    }

    [KernelFact]
    public async Task Standard_streams_pass_untouched()
    {
        using RunningSandbox running = new Sandbox(_cgroup).Start("sh", "-c", "read line; echo \"got $line\"; echo problem >&2; exit 3");

        await running.Input.WriteLineAsync("it");
        SandboxResult result = await running.WaitAsync();

        result.Text.Should().Be("got it\n");
        result.Error.Should().Be("problem\n");
        result.ExitCode.Should().Be(3);
    }

    [KernelFact]
    public async Task An_internet_socket_as_standard_input_is_refused()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;

        SandboxResult result = await new Sandbox(_cgroup).After($"exec 0<>/dev/tcp/127.0.0.1/{port}").RunAsync("true");

        result.ShouldHaveFailed(LauncherStage.Stdio, Errno.EAFNOSUPPORT);
    }

    [KernelTheory]
    [InlineData("import socket; s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); os.dup2(s.fileno(), 0)", Errno.EAFNOSUPPORT)]
    [InlineData("import socket; s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW); os.dup2(s.fileno(), 2)", Errno.EAFNOSUPPORT)]
    [InlineData("os.dup2(os.open('/', os.O_RDONLY), 0)", Errno.EISDIR)]
    [InlineData("os.dup2(os.open('/etc/passwd', os.O_PATH), 0)", Errno.EBADF)]
    [InlineData("os.dup2(os.open('/proc/self/ns/mnt', os.O_RDONLY), 0)", Errno.EPERM)]
    [InlineData("os.dup2(os.eventfd(0), 2)", Errno.EINVAL)]
    [InlineData("os.dup2(os.memfd_create('x'), 2)", null)]
    [InlineData("import socket; a, b = socket.socketpair(); os.dup2(a.fileno(), 0)", null)]
    [InlineData("import socket; a, b = socket.socketpair(type=socket.SOCK_SEQPACKET); os.dup2(a.fileno(), 0)", null)]
    [InlineData("import socket; a = socket.socket(socket.AF_UNIX); a.bind(''); a.listen(); os.dup2(a.fileno(), 0)", null)]
    [InlineData("import socket; a, b = socket.socketpair(type=socket.SOCK_DGRAM); os.dup2(a.fileno(), 0)", Errno.EPROTOTYPE)]
    [InlineData("import socket; a = socket.socket(socket.AF_UNIX); os.dup2(a.fileno(), 0)", Errno.ENOTCONN)]
    [InlineData("a, b = os.openpty(); os.dup2(b, 0)", null)]
    internal async Task A_standard_stream_must_be_something_that_leads_nowhere(string script, Errno? error)
    {
        SandboxResult result = await new Sandbox(_cgroup).AfterPython(script).RunAsync("true");

        if (error is { } refused)
        {
            result.ShouldHaveFailed(LauncherStage.Stdio, refused);
        }
        else
        {
            result.ShouldHaveRun();
        }
    }

    [KernelFact]
    public async Task A_cgroup_file_as_standard_output_is_refused()
    {
        SandboxResult result = await new Sandbox(_cgroup)
            .AfterPython($"os.dup2(os.open('{TestCgroup.MountPoint}/cgroup.procs', os.O_WRONLY), 1)").RunAsync("echo", "0");

        result.ShouldHaveFailed(LauncherStage.Stdio, Errno.EPERM);
    }

    [KernelFact]
    public async Task The_status_pipe_closes_when_the_program_starts()
    {
        using RunningSandbox running = new Sandbox(_cgroup).Start("sh", "-c", List + "; read line");

        byte[] status = await running.ReadStatusAsync();
        SandboxResult result = await running.WaitAsync();

        status.Should().StartWith([(byte)'o', (byte)LauncherStage.Confined]).And.HaveCount(9);
        result.Lines.Should().Equal("0", "1", "2");
    }
}
