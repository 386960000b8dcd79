using System.Diagnostics;
using EbpfFirewall.Launcher.Tests.Harness;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Launcher.Tests;

/// <summary>
/// Acting through a process outside. The one tried here is the easiest there is: same user, no capability, dumpable.
/// </summary>
public sealed class OutsideProcessTests : IDisposable
{
    private const string CapabilityKill = "5";
    private static readonly string[] _tracing = ["attach", "seize", "memory", "read", "write", "descriptor", "root", "environment", "output"];
    private static readonly string[] _signals = ["kill", "probe", "pidfd", "queue"];
    private static readonly string[] _sockets = ["connect", "send"];
    private static readonly string _outsider = Resource.Read("outsider.py");
    private static readonly string _approach = Resource.Read("approach.py");
    private readonly TestCgroup _cgroup = new();
    private readonly string _name = "efw-test-" + Guid.NewGuid().ToString("N")[..12];

    public void Dispose() => _cgroup.Dispose();

    [KernelTheory]
    [InlineData(0, "", "")]
    [InlineData(Sandbox.OtherUid, "", "")]
    [InlineData(Sandbox.OtherUid, "abstract_unix", "connect send")]
    [InlineData(Sandbox.OtherUid, "io_uring,namespaces", "")]
    public async Task A_process_outside_can_only_be_approached_as_allowed(int uid, string allow, string open)
    {
        (Dictionary<string, string> answers, string fate) = await ApproachAsync(new Sandbox(_cgroup) { Uid = uid, Allow = allow });

        Opened(answers).Should().BeEquivalentTo(open.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        answers.Values.Where(answer => answer != "allowed").Should().OnlyContain(answer => answer == "EPERM" || answer == "EACCES");
        fate.Should().Be(open.Length == 0 ? "untouched" : "untouched stream datagram");
    }

    [KernelFact]
    public async Task The_capability_to_signal_brings_signals_and_nothing_else()
    {
        (Dictionary<string, string> answers, string fate) =
            await ApproachAsync(new Sandbox(_cgroup) { Uid = Sandbox.OtherUid, Capabilities = CapabilityKill });

        Opened(answers).Should().BeEquivalentTo(_signals);
        fate.Should().StartWith("untouched signal");
    }

    /// <summary>It also shows that the attempts above would work if nothing stood in their way.</summary>
    [KernelTheory]
    [InlineData(0)]
    [InlineData(Sandbox.OtherUid)]
    public async Task With_processes_allowed_all_of_it_works(int uid)
    {
        (Dictionary<string, string> answers, string fate) = await ApproachAsync(new Sandbox(_cgroup) { Uid = uid, Allow = "processes" });

        Opened(answers).Should().BeEquivalentTo([.. _tracing, .. _signals, .. _sockets]);
        fate.Should().StartWith("overwrite signal").And.EndWith("stream datagram");
    }

    [KernelFact]
    public async Task Inside_processes_trace_signal_and_meet_each_other()
    {
        string script =
            """
            import subprocess, sys
            outsider, approach, name = sys.argv[1:4]
            other = subprocess.Popen([sys.executable, "-c", outsider, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            place = other.stdout.readline().split()
            subprocess.run([sys.executable, "-c", approach, *place, name])
            print(other.communicate()[0], end="")
            """;

        SandboxResult result = await (new Sandbox(_cgroup) { Uid = Sandbox.OtherUid }).RunAsync(
            "/usr/bin/python3", "-c", script, _outsider, _approach, _name);

        result.ShouldHaveRun();
        Opened(Parse(result.Lines[..^1])).Should().BeEquivalentTo([.. _tracing, .. _signals, .. _sockets]);
        result.Lines[^1].Should().StartWith("overwrite signal").And.EndWith("stream datagram");
    }

    [KernelFact]
    public async Task What_this_kernel_cannot_enforce_is_reported()
    {
        string abi = await Shell.RunAsync("python3 -c 'import ctypes; print(ctypes.CDLL(None).syscall(444, None, 0, 1))'");
        LauncherGaps expected = int.Parse(abi, System.Globalization.CultureInfo.InvariantCulture) switch
        {
            >= 6 => LauncherGaps.None,
            >= 2 => LauncherGaps.Signal | LauncherGaps.Abstract,
            _ => LauncherGaps.Trace | LauncherGaps.Signal | LauncherGaps.Abstract,
        };

        SandboxResult result = await new Sandbox(_cgroup).RunAsync("true");
        SandboxResult allowed = await (new Sandbox(_cgroup) { Allow = "processes" }).RunAsync("true");

        result.Gaps.Should().Be(expected);
        allowed.Gaps.Should().Be(LauncherGaps.None, "what was asked for is no gap");
    }

    /// <summary>Debuggers go with it, but not every door: /proc/PID/mem and signals are the gap that is reported.</summary>
    [KernelFact]
    public async Task Without_Landlock_the_filter_denies_tracing_to_everybody()
    {
        Sandbox sandbox = (new Sandbox(_cgroup) { Uid = Sandbox.OtherUid }).AfterPython(
            """
            import ctypes, struct
            answer_nosys = 0x50000 | 38
            code = b"".join(struct.pack("HBBI", *line) for line in (
                (0x20, 0, 0, 0), (0x15, 0, 1, 444), (0x06, 0, 0, answer_nosys), (0x06, 0, 0, 0x7FFF0000)))
            buffer = ctypes.create_string_buffer(code)
            program = struct.pack("HxxxxxxQ", 4, ctypes.addressof(buffer))
            libc = ctypes.CDLL(None, use_errno=True)
            assert libc.prctl(22, ctypes.c_long(2), program) == 0, ctypes.get_errno()
            """);

        (Dictionary<string, string> answers, _) = await ApproachAsync(sandbox);
        SandboxResult result = await sandbox.RunAsync("true");

        answers.Where(answer => answer.Value == "EPERM").Select(answer => answer.Key)
            .Should().BeEquivalentTo("attach", "seize", "read", "write", "descriptor");
        result.Gaps.Should().Be(LauncherGaps.Trace | LauncherGaps.Signal | LauncherGaps.Abstract);
    }

    /// <summary>A connection that the starter hands over was its own decision.</summary>
    [KernelTheory]
    [InlineData("SOCK_STREAM")]
    [InlineData("SOCK_SEQPACKET")]
    public async Task A_standard_stream_connected_to_an_abstract_socket_works_both_ways(string type)
    {
        Sandbox sandbox = (new Sandbox(_cgroup) { Uid = Sandbox.OtherUid }).AfterPython(
            $"""
            import socket
            type = socket.{type}
            name = "\0{_name}"
            peer, inner = socket.socket(socket.AF_UNIX, type), socket.socket(socket.AF_UNIX, type)
            peer.bind(name)
            peer.listen()
            inner.connect(name)
            peer = peer.accept()[0]
            if os.fork() == 0:
                inner.close()
                peer.send(b"question\n")
                os.write(1, b"heard " + peer.recv(100))
                os._exit(0)
            peer.close()
            os.dup2(inner.fileno(), 0)
            """);

        SandboxResult result = await sandbox.RunAsync(
            "/usr/bin/python3", "-c", "import os; os.write(0, b'answer\\n' if os.read(0, 100) == b'question\\n' else b'wrong\\n')");

        result.Text.Should().Be("heard answer\n", "{0}", result.Error);
    }

    private static IEnumerable<string> Opened(Dictionary<string, string> answers) =>
        answers.Where(answer => answer.Value == "allowed").Select(answer => answer.Key);

    private static Dictionary<string, string> Parse(IEnumerable<string> lines) =>
        lines.Select(line => line.Split(' ')).ToDictionary(parts => parts[0], parts => parts[1]);

    /// <summary>The answers, and what the process outside has noticed.</summary>
    private async Task<(Dictionary<string, string> Answers, string Fate)> ApproachAsync(Sandbox sandbox)
    {
        using Process outsider = Shell.Start(
            "exec setpriv --reuid \"$1\" --regid \"$1\" --clear-groups --inh-caps=-all --bounding-set=-all /usr/bin/python3 -c \"$2\" \"$3\"",
            $"{sandbox.Uid}", _outsider, _name);
        try
        {
            string[] place = (await outsider.StandardOutput.ReadLineAsync())!.Split(' ');

            SandboxResult result = await sandbox.RunAsync(["/usr/bin/python3", "-c", _approach, .. place, _name]);

            result.ShouldHaveRun();
            outsider.StandardInput.Close();
            return (Parse(result.Lines), (await outsider.StandardOutput.ReadToEndAsync()).Trim());
        }
        finally
        {
            outsider.Kill();
        }
    }
}
