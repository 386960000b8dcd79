using System.Runtime.InteropServices;
using EbpfFirewall.Launcher.Tests.Harness;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Launcher.Tests;

/// <summary>The system call filter: every call that it knows is really made, inside and outside.</summary>
public sealed class SystemCallTests : IDisposable
{
    private const int BadSystemCall = 128 + 31;
    private const string CapabilityDacReadSearch = "2";
    private const string CapabilityNetAdmin = "12";
    private const string CapabilityNetRaw = "13";
    private const string CapabilitySysPtrace = "19";
    private const string CapabilityPerfmon = "38";
    private const string CapabilityBpf = "39";
    private const string CapabilitySysAdmin = "21";
    private static readonly string _script = Resource.Read("calls.py");
    private readonly TestCgroup _cgroup = new();

    /// <summary>The calls that the filter answers itself, and that this kernel would answer otherwise.</summary>
    private static readonly Dictionary<string, string> _denied = new()
    {
        ["socket family 17"] = "EAFNOSUPPORT",
        ["socket family 44"] = "EAFNOSUPPORT",
        ["socket netlink 4"] = "EPROTONOSUPPORT",
        ["socket netlink 16"] = "EPROTONOSUPPORT",
        ["socket inet type 3"] = "EPERM",
        ["socket inet type 3 with flags"] = "EPERM",
        ["socket inet type 10"] = "EPERM",
        ["socket inet type 10 with flags"] = "EPERM",
        ["socket inet6 type 3"] = "EPERM",
        ["socket inet6 type 3 with flags"] = "EPERM",
        ["socket inet6 type 10"] = "EPERM",
        ["socket inet6 type 10 with flags"] = "EPERM",
        ["socket wide family"] = "EAFNOSUPPORT",
        ["socket wide inet"] = "EPERM",
        ["socketpair packet"] = "EAFNOSUPPORT",
        ["socketpair vsock"] = "EAFNOSUPPORT",
        ["io_uring_setup"] = "ENOSYS",
        ["io_uring_enter"] = "ENOSYS",
        ["io_uring_register"] = "ENOSYS",
        ["clone mount"] = "EPERM",
        ["clone cgroup"] = "EPERM",
        ["clone uts"] = "EPERM",
        ["clone ipc"] = "EPERM",
        ["clone user"] = "EPERM",
        ["clone pid"] = "EPERM",
        ["clone net"] = "EPERM",
        ["unshare mount"] = "EPERM",
        ["unshare cgroup"] = "EPERM",
        ["unshare uts"] = "EPERM",
        ["unshare ipc"] = "EPERM",
        ["unshare user"] = "EPERM",
        ["unshare pid"] = "EPERM",
        ["unshare net"] = "EPERM",
        ["unshare time"] = "EPERM",
        ["clone3"] = "ENOSYS",
        ["setns"] = "EPERM",
        ["mount"] = "EPERM",
        ["umount2"] = "EPERM",
        ["pivot_root"] = "EPERM",
        ["open_tree"] = "EPERM",
        ["move_mount"] = "EPERM",
        ["fsopen"] = "EPERM",
        ["fsconfig"] = "EPERM",
        ["fsmount"] = "EPERM",
        ["fspick"] = "EPERM",
        ["mount_setattr"] = "EPERM",
        ["keyctl"] = "ENOSYS",
        ["add_key"] = "ENOSYS",
        ["request_key"] = "ENOSYS",
        ["open_by_handle_at"] = "EPERM",
        ["bpf"] = "EPERM",
        ["perf_event_open"] = "EPERM",
        ["userfaultfd"] = "EPERM",
        ["ioctl TIOCSTI"] = "EPERM",
        ["ioctl TIOCLINUX"] = "EPERM",
        ["ioctl TUNSETIFF"] = "EPERM",
        ["ioctl VHOST_VSOCK_SET_GUEST_CID"] = "EPERM",
        ["ioctl wide TIOCSTI"] = "EPERM",
        ["ioctl wide TIOCLINUX"] = "EPERM",
        ["ioctl wide TUNSETIFF"] = "EPERM",
        ["ioctl wide VHOST_VSOCK_SET_GUEST_CID"] = "EPERM",
    };

    public void Dispose() => _cgroup.Dispose();

    [KernelTheory]
    [InlineData(0)]
    [InlineData(Sandbox.OtherUid)]
    public async Task Calls_that_lead_out_are_answered_by_the_filter(int uid)
    {
        Dictionary<string, string> answers = await CallAsync(new Sandbox(_cgroup) { Uid = uid });

        answers.Should().Contain(_denied);
    }

    [KernelTheory]
    [InlineData(0)]
    [InlineData(Sandbox.OtherUid)]
    public async Task Of_families_and_netlink_protocols_only_the_known_ones_are_left(int uid)
    {
        Dictionary<string, string> answers = await CallAsync(new Sandbox(_cgroup) { Uid = uid });

        answers.Where(call => call.Key.StartsWith("socket family ", StringComparison.Ordinal)).Should().HaveCount(64).And.OnlyContain(call =>
            call.Value == (call.Key == "socket family 1" || call.Key == "socket family 2" || call.Key == "socket family 10" || call.Key == "socket family 16"
                ? "allowed" : "EAFNOSUPPORT"));
        answers.Where(call => call.Key.StartsWith("socket netlink ", StringComparison.Ordinal)).Should().HaveCount(24).And.OnlyContain(call =>
            call.Value == (call.Key == "socket netlink 0" ? "allowed" : "EPROTONOSUPPORT"));
    }

    [KernelTheory]
    [InlineData(0)]
    [InlineData(Sandbox.OtherUid)]
    public async Task What_takes_a_capability_of_the_machine_is_refused_by_the_kernel(int uid)
    {
        Dictionary<string, string> answers = await CallAsync(new Sandbox(_cgroup) { Uid = uid });

        foreach (string call in (string[])["kexec_load", "init_module", "finit_module", "delete_module", "reboot", "acct", "swapon", "settimeofday", "sethostname"])
        {
            answers[call].Should().BeOneOf(["EPERM", "ENOSYS"], "{0}", call); // ENOSYS: a kernel built without
        }
    }

    [KernelFact]
    public async Task What_ordinary_programs_need_is_left()
    {
        Dictionary<string, string> answers = await CallAsync(new Sandbox(_cgroup) { Uid = Sandbox.OtherUid });

        answers["socketpair unix"].Should().Be("allowed");
        answers["clone plain"].Should().Be("allowed");
        answers["unshare files"].Should().Be("allowed");
        answers["ioctl other"].Should().Be("EBADF");
    }

    /// <summary>Programs take ENOSYS for an older kernel, and do without.</summary>
    [KernelFact]
    public async Task Calls_younger_than_the_filter_do_not_exist()
    {
        Dictionary<string, string> answers = await CallAsync(new Sandbox(_cgroup));

        answers["beyond the table"].Should().Be("ENOSYS");
        answers["beyond all"].Should().Be("ENOSYS");
        answers["minus one"].Should().Be("ENOSYS");
    }

    /// <summary>The tests above would prove nothing if the kernel refused the same calls by itself.</summary>
    [KernelFact]
    public async Task Outside_the_same_calls_get_other_answers()
    {
        Dictionary<string, string> answers = await CallOutsideAsync();

        answers.Should().ContainKeys(_denied.Keys);
        answers.Where(call => _denied.TryGetValue(call.Key, out string? denial) && denial == call.Value).Should().BeEmpty();
    }

    [KernelTheory]
    [InlineData("io_uring", "", new[] { "io_uring_setup", "io_uring_enter", "io_uring_register" })]
    [InlineData("namespaces", "", new[]
    {
        "clone user", "unshare user", "clone3", "setns", "mount", "umount2", "open_tree", "fsconfig", "mount_setattr",
    })]
    [InlineData("processes", "", new[] { "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd" })]
    [InlineData("", CapabilitySysPtrace, new[] { "userfaultfd", "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd" })]
    [InlineData("", CapabilityDacReadSearch, new[] { "open_by_handle_at" })]
    [InlineData("", CapabilityNetAdmin, new[] { "socket netlink 4", "socket netlink 16", "ioctl TUNSETIFF", "ioctl wide TUNSETIFF" })]
    [InlineData("", CapabilityNetRaw, new[]
    {
        "socket family 17", "socket family 44", "socket inet type 3", "socket inet6 type 3", "socket inet type 10", "socket wide family", "socket wide inet",
    })]
    [InlineData("", CapabilityPerfmon, new[] { "perf_event_open" })]
    [InlineData("", CapabilityBpf, new[] { "bpf" })]
    [InlineData("", CapabilitySysAdmin, new[]
    {
        "bpf", "perf_event_open", "clone user", "clone net", "unshare mount", "unshare time", "clone3", "setns", "mount", "umount2", "pivot_root", "open_tree",
        "move_mount", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr",
    })]
    public async Task What_is_allowed_is_the_kernels_to_answer(string allow, string capabilities, string[] calls)
    {
        Dictionary<string, string> outside = await CallOutsideAsync();

        Dictionary<string, string> answers = await CallAsync(new Sandbox(_cgroup) { Uid = Sandbox.OtherUid, Allow = allow, Capabilities = capabilities });

        answers.Where(call => calls.Contains(call.Key)).Should().BeEquivalentTo(outside.Where(call => calls.Contains(call.Key)));
        calls.Should().BeSubsetOf(answers.Keys);
    }

    [KernelTheory]
    [InlineData("io_uring", "", "io_uring")]
    [InlineData("processes", "", "userfaultfd")]
    [InlineData("abstract_unix", "", "-")]
    [InlineData("", CapabilityDacReadSearch, "open_by_handle_at")]
    [InlineData("", CapabilityPerfmon, "perf_event_open")]
    [InlineData("", CapabilityBpf, "bpf")]
    public async Task What_is_allowed_opens_nothing_else(string allow, string capabilities, string opened)
    {
        Dictionary<string, string> answers = await CallAsync(new Sandbox(_cgroup) { Uid = Sandbox.OtherUid, Allow = allow, Capabilities = capabilities });

        answers.Should().Contain(_denied.Where(call => !call.Key.StartsWith(opened, StringComparison.Ordinal)));
    }

    /// <summary>The calls of other architectures have other numbers: what the filter would let pass could be anything.</summary>
    [KernelTheory]
    [InlineData("b8 14 00 00 00 cd 80 c3", "a 32-bit getpid")]
    [InlineData("b8 27 00 00 40 0f 05 c3", "an x32 getpid")]
    public async Task A_call_of_another_architecture_is_fatal(string code, string what)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            return; // machine code of x86_64; arm64 kernels mostly have no 32-bit calls at all
        }

        string script =
            $"""
            import ctypes, mmap
            page = mmap.mmap(-1, 4096, prot=7)
            page.write(bytes.fromhex("{code}"))
            print("ready", flush=True)
            print("went on", ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))())
            """;

        SandboxResult result = await new Sandbox(_cgroup).RunAsync("/usr/bin/python3", "-c", script);

        result.Text.Should().Be("ready\n", "{0}: {1}", what, result.Error);
        result.ExitCode.Should().Be(BadSystemCall);
        (await Shell.RunAsync("python3 -c \"$1\"", script)).Should().StartWith("ready\nwent on ");
    }

    [KernelFact]
    public async Task The_filter_holds_for_descendants_and_cannot_be_replaced()
    {
        SandboxResult result = await new Sandbox(_cgroup).ShellAsync(
            "setsid sh -c 'sh -c \"grep ^Seccomp: /proc/self/status; python3 -c \\\"import socket; socket.socket(17, 3)\\\" 2>&1 | tail -n 1\"'");

        result.Lines.Should().Equal("Seccomp:\t2", "OSError: [Errno 97] Address family not supported by protocol");
    }

    private static async Task<Dictionary<string, string>> CallOutsideAsync() => Parse(await Shell.RunAsync("python3 -c \"$1\"", _script));

    private static async Task<Dictionary<string, string>> CallAsync(Sandbox sandbox)
    {
        SandboxResult result = await sandbox.RunAsync("/usr/bin/python3", "-c", _script);
        result.ShouldHaveRun();
        return Parse(result.Text);
    }

    private static Dictionary<string, string> Parse(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => (Line: line, End: line.LastIndexOf(' ')))
        .ToDictionary(entry => entry.Line[..entry.End], entry => entry.Line[(entry.End + 1)..]);
}
