using EbpfFirewall.Cli.SelfTest.Interop;
using EbpfFirewall.Cli.SelfTest.Lab;

namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>D: out of the sandbox, or through what is outside of it.</summary>
internal static class EscapeAttempts
{
    private const string Closed = "the descriptor is not there";
    private const string ReadOnly = "cgroups are read-only inside";
    private const string Landlock = "the kernel keeps it inside (Landlock)";
    private const string NoCapability = "the kernel refuses it, for want of a capability";
    private const int Seize = 0x4206;

    public static IEnumerable<Attempt> All =>
    [
        new("D01", "an inherited TCP socket", run =>
        {
            run.Do("connect", () => Linux.Connect(run.World.InheritedTcp, Net.Address(run.Forbidden4, 443)));
            run.Send(run.World.InheritedTcp);
        }) { Reasons = [], NoEvent = Closed },
        new("D01u", "an inherited UDP socket", run => run.SendTo(run.World.InheritedUdp, run.Forbidden4, 443)) { Reasons = [], NoEvent = Closed },
        new("D02", "an inherited connection", run => run.Send(run.World.InheritedConnection)) { Reasons = [], NoEvent = Closed },
        new("D04", "a TCP socket received from a service outside", run =>
        {
            int fd = Receive(run, 't');
            run.Connect(fd, run.Forbidden4, 443);
            run.Send(fd);
        }) { Reasons = [Because.Unix] },
        new("D05", "a UDP socket received from a service outside", run => run.SendTo(Receive(run, 'u'), run.Forbidden4, 443)) { Reasons = [Because.Unix] },
        new("D07", "a socket taken from a process outside (pidfd_getfd)", run =>
        {
            int process = run.Own(run.Do("pidfd_open", () => Linux.Do(Call.PidFdOpen, run.World.BystanderProcess)));
            int fd = run.Own(run.Do("pidfd_getfd", () => Linux.Do(Call.PidFdGetFd, process, run.World.BystanderSocket)));
            run.Send(fd);
        }) { Reasons = [], NoEvent = Landlock },
        new("D08", "tracing a process outside", run => run.Do("ptrace", () => Linux.Do(Call.Trace, Seize, run.World.BystanderProcess)))
            { Alone = true, Reasons = [], NoEvent = Landlock, Proof = "the process is traced" },
        new("D09", "writing a process's memory outside", WriteMemory) { Reasons = [], NoEvent = Landlock, Proof = "its memory is changed" },
        new("D09m", "writing a process's memory outside, by /proc", run => run.Own(run.Do("open mem", () => Linux.Open($"/proc/{run.World.BystanderProcess}/mem", 2))))
            { Reasons = [], NoEvent = Landlock, Proof = "its memory is open" },
        new("D10", "into another cgroup, by cgroup.procs", run => Move(run, "cgroup.procs")) { Alone = true, Reasons = [], NoEvent = ReadOnly, Proof = "it is in another cgroup" },
        new("D10p", "the same, by the root directory of a process outside", run => Write(run, $"/proc/{run.World.BystanderProcess}/root{World.Cgroups}/cgroup.procs", "0"))
            { Alone = true, Reasons = [], NoEvent = Landlock, Proof = "it is in another cgroup" },
        new("D11", "a child born in another cgroup (clone3)", CloneIntoCgroup) { Alone = true, Reasons = [], NoEvent = Quiet("clone3", "it is how every thread is made"), Proof = "the child is there" },
        new("D12", "a thread into another cgroup, by cgroup.threads", run => Move(run, "cgroup.threads")) { Alone = true, Control = false, Reasons = [], NoEvent = ReadOnly },
        new("D13", "a user and a cgroup namespace", run => run.Program("unshare", "--user", "--map-root-user", "--cgroup", "--mount", "true")) { AtOnce = false, Reasons = [Because.SystemCall], Proof = "they are there" },
        new("D14", "a mount", run => run.Do("mount", () => Linux.Mount("none", run.World.Folder, "tmpfs", 0))) { Control = false, Reasons = [Because.SystemCall], Proof = "it is there" },
        new("D14n", "a mount by the new calls", run =>
        {
            run.Do("fsopen", () => Linux.WithBlock(Call.FsOpen, 0, [0]) is var result && result >= 0 ? 0 : result);
        }) { Control = false, Reasons = [Because.SystemCall], Proof = "it is there" },
        new("D15", "another root directory", run => run.Do("chroot", () => Path(Call.ChangeRoot, "/")))
            { Alone = true, Reasons = [], NoEvent = NoCapability, Proof = "it is another" },
        new("D16", "a network namespace", run => run.Program("unshare", "--user", "--net", "true")) { AtOnce = false, Reasons = [Because.SystemCall], Proof = "it is there" },
        new("D17", "into another network namespace", run =>
        {
            int fd = run.Own(run.Do("open", () => Linux.Open("/proc/self/ns/net", 0)));
            run.Do("setns", () => Linux.Do(Call.SetNamespace, fd, 0));
        }) { Reasons = [Because.SystemCall], Proof = "it is in it" },
        new("D17b", "into the namespaces of a process outside", run => run.Own(run.Do("open", () => Linux.Open($"/proc/{run.World.BystanderProcess}/ns/mnt", 0))))
            { Reasons = [], NoEvent = Landlock, Proof = "the way is open" },
        new("D18", "files by their numbers (open_by_handle_at)", run => run.Do("open_by_handle_at", () => Linux.Do(Call.OpenByHandle, -100, 0, 0)))
            { Control = false, Reasons = [Because.SystemCall] },
        new("D21", "a BPF program of one's own", run => run.Do("bpf", () => Linux.WithBlock(Call.Bpf, 5, new byte[120]))) { Control = false, Reasons = [Because.SystemCall] },
        new("D23", "another user", run => run.Do("setresuid", () => Linux.Do(Call.SetIds, 1, 1, 1)))
            { Alone = true, Reasons = [], NoEvent = NoCapability, Proof = "it is another" },
        new("D24", "observing processes (perf_event_open)", run => run.Do("perf_event_open", () => Linux.Do(Call.PerfEventOpen, 0, 0, -1, -1))) { Control = false, Reasons = [Because.SystemCall] },
        new("D26", "stopping the kernel in the middle of a call (userfaultfd)", run => run.Own(run.Do("userfaultfd", () => Linux.Do(Call.UserFaultFd, Net.CloseOnExec)))) { Reasons = [Because.SystemCall], Proof = "it is there" },
        new("D27", "a key that the kernel asks a helper for", run => run.Do("request_key", () => RequestKey(run))) { Control = false, Reasons = [Because.SystemCall] },
        new("D27a", "a key of one's own", run => run.Do("add_key", () => Linux.Do(Call.AddKey))) { Control = false, Reasons = [Because.SystemCall] },
        new("D30", "a kernel module", run => run.Do("init_module", () => Linux.Do(Call.InitModule))) { Control = false, Reasons = [], NoEvent = NoCapability },
        new("D34", "a file that somebody runs later", run => Write(run, System.IO.Path.Combine(run.World.Folder, $"autostart-{run.Number}"), run.TokenText))
            { Reasons = [], Proof = "the file is there", NotStopped = "files are not this firewall's: a program writes what its user may write" },
        new("D36", "typing into the terminal (TIOCSTI)", run => run.Do("ioctl TIOCSTI", () => Linux.Control(0, 0x5412, [65]))) { Control = false, Reasons = [Because.SystemCall] },
        new("D39", "a signal to a process outside", run => run.Do("kill", () => Linux.Do(Call.Kill, run.World.BystanderProcess, 0))) { Reasons = [], NoEvent = Landlock, Proof = "it arrived" },
        .. ServiceAttempts.Escapes,
    ];

    private static string Quiet(string call, string why) => $"{call} is refused without an event: {why}";

    private static int Receive(AttemptRun run, char kind)
    {
        int fd = run.Socket(Net.Unix, Net.Stream);
        run.Do("connect unix", () => Linux.Connect(fd, Net.UnixAddress(run.World.Service("giver.sock"))));
        run.Do("send", () => Linux.Send(fd, [(byte)kind]));
        int received = run.Own(run.Do("recvmsg", () => Messages.ReceiveDescriptor(fd)));
        Linux.BeQuick(received);
        return received;
    }

    private static unsafe void WriteMemory(AttemptRun run) => run.Do("process_vm_writev", () =>
    {
        long value = 1;
        var local = new MessageHeader.Vector { Base = (byte*)&value, Length = 8 };
        var remote = new MessageHeader.Vector { Base = (byte*)run.World.BystanderWord, Length = 8 };
        return Linux.Do(Call.ProcessWrite, run.World.BystanderProcess, (nint)(&local), 1, (nint)(&remote), 1);
    });

    private static void Move(AttemptRun run, string file)
    {
        Write(run, System.IO.Path.Combine(World.Cgroups, file), "0");
        run.Tcp(run.Forbidden4, 443);
    }

    private static void Write(AttemptRun run, string path, string text)
    {
        const int WriteOnly = 1;
        const int Create = 0x40;
        int fd = run.Own(run.Do($"open", () => Linux.Open(path, WriteOnly | (path.StartsWith("/proc", StringComparison.Ordinal) || path.Contains("cgroup", StringComparison.Ordinal) ? 0 : Create))));
        run.Do("write", () => Linux.Write(fd, System.Text.Encoding.ASCII.GetBytes(text)));
    }

    // The child shares nothing, and ends at once.
    private static void CloneIntoCgroup(AttemptRun run)
    {
        const int ArgumentBytes = 88;
        int directory = run.Own(run.Do("open", () => Linux.Open(World.Cgroups, 0x10000)));
        byte[] arguments = new byte[ArgumentBytes];
        BitConverter.GetBytes(0x200000000UL).CopyTo(arguments, 0);
        BitConverter.GetBytes(17L).CopyTo(arguments, 32);
        BitConverter.GetBytes((long)directory).CopyTo(arguments, 80);
        run.Do("clone3", () => Born(arguments));
    }

    private static unsafe long Born(byte[] arguments)
    {
        fixed (byte* bytes = arguments)
        {
            long result = Linux.Do(Call.Clone3, (nint)bytes, arguments.Length);
            if (result == 0)
            {
                Linux.Do(Call.ExitGroup, 0);
            }

            return result;
        }
    }

    private static unsafe long RequestKey(AttemptRun run)
    {
        fixed (byte* type = Linux.Text("dns_resolver"))
        fixed (byte* name = Linux.Text($"{run.TokenText}.{Places.ForbiddenName}"))
        {
            return Linux.Do(Call.RequestKey, (nint)type, (nint)name, 0, 0);
        }
    }

    private static unsafe long Path(int call, string path)
    {
        fixed (byte* bytes = Linux.Text(path))
        {
            return Linux.Do(call, (nint)bytes);
        }
    }
}
