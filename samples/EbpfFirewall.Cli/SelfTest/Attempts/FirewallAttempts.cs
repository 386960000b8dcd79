using EbpfFirewall.Cli.SelfTest.Interop;

namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>H: the firewall itself, from inside.</summary>
internal static class FirewallAttempts
{
    private const string Hidden = "it is not visible inside";
    private const string Landlock = "the kernel keeps it inside (Landlock)";

    public static IEnumerable<Attempt> All =>
    [
        new("H03", "detaching the programs (bpf)", run => run.Do("bpf", () => Linux.WithBlock(Call.Bpf, 9, new byte[120]))) { Control = false, Reasons = [Because.SystemCall] },
        new("H04", "removing the pins", run => run.Do("open", () => Linux.Open("/sys/fs/bpf/efw", 0x10000))) { Reasons = [], NoEvent = Hidden, Proof = "they are there" },
        new("H05", "opening the maps by number (bpf)", run => run.Do("bpf", () => Linux.WithBlock(Call.Bpf, 14, [1, .. new byte[119]]))) { Control = false, Reasons = [Because.SystemCall] },
        new("H06", "a signal to the firewall", run => run.Do("kill", () => Linux.Do(Call.Kill, run.World.FirewallProcess, 0))) { Reasons = [], NoEvent = Landlock, Proof = "it arrived" },
        new("H06k", "ending the firewall", run => run.Do("kill", () => Linux.Do(Call.Kill, run.World.FirewallProcess, 9))) { Control = false, Reasons = [], NoEvent = Landlock, Proof = "it arrived" },
        new("H06s", "stopping the firewall", run => run.Do("kill", () => Linux.Do(Call.Kill, run.World.FirewallProcess, 19))) { Control = false, Reasons = [], NoEvent = Landlock, Proof = "it arrived" },
        new("H07", "the firewall's memory", run => run.Own(run.Do("open", () => Linux.Open($"/proc/{run.World.FirewallProcess}/mem", 2))))
            { Reasons = [], NoEvent = Landlock, Proof = "it is open" },
        new("H08", "a flood of denied datagrams", run => Flood(run, sockets: 1, datagrams: 20_000)) { Control = false },
        new("H09", "a flood of sockets", run => Flood(run, sockets: 3_000, datagrams: 3_000)) { Control = false },
        new("H10", "the process id of somebody exempt", run => run.Own(run.Do("open", () => Linux.Open("/proc/sys/kernel/ns_last_pid", 1))))
            { Reasons = [], NoEvent = "it is read-only inside", Proof = "the next id can be chosen" },
        new("H11", "another user id, with CAP_SETUID kept", run =>
        {
            run.Do("setresuid", () => Linux.Do(Call.SetIds, 65534, 65534, 65534));
            run.Tcp(run.Forbidden4, 443);
        }) { Alone = true, Keeps = ["setuid"] },
        new("H12", "the name of somebody exempt", run =>
        {
            const int SetName = 15;
            run.Do("prctl", () => Name(SetName, "efw"));
            run.Tcp(run.Forbidden4, 443);
        }),
        new("H12p", "a program called like the firewall", run =>
        {
            string copy = Path.Combine(run.World.Folder, "efw");
            File.Copy("/usr/bin/curl", copy, overwrite: true);
            run.Program(copy, "-sS", "--max-time", "2", "--noproxy", "*", $"http://{run.Forbidden4}/{run.TokenText}");
        }) { AtOnce = false },
        new("H22", "another time", run => run.Do("clock_settime", () => Linux.WithBlock(Call.SetClock, 0, new byte[16])))
            { Control = false, Reasons = [], NoEvent = "the kernel refuses it, for want of a capability" },
        new("H23", "a program in a cgroup below one's own", run => run.Do("mkdir", () => MakeGroup()))
            { Control = false, Reasons = [], NoEvent = "cgroups are read-only inside" },
        new("H24", "removing filters of interfaces", run => run.Program("tc", "qdisc", "replace", "dev", "lo", "clsact"))
            { AtOnce = false, Reasons = [], NoEvent = "the kernel refuses it, for want of a capability", Proof = "they can be changed" },
        new("H32", "a mode set by the environment", run => run.Program("env", "EFW_MODE=disabled", "curl", "-sS", "--max-time", "2", "--noproxy", "*", $"http://{run.Forbidden4}/{run.TokenText}"))
            { AtOnce = false },
    ];

    // The last answer counts: no table that fills up, no event that is lost may change the verdict.
    private static void Flood(AttemptRun run, int sockets, int datagrams)
    {
        byte[] address = Net.Address(run.Forbidden4, 443);
        long last = -1;
        for (int i = 0; i < sockets; i++)
        {
            int fd = (int)Linux.Socket(Net.V4, Net.Datagram);
            for (int j = 0; j < datagrams / sockets; j++)
            {
                address[3] = (byte)j;
                last = Math.Max(last, Linux.SendTo(fd, run.Token, address));
            }

            Linux.Close(fd);
        }

        run.Do("sendto", () => last > 0 ? last : Linux.SendTo((int)run.Own(Linux.Socket(Net.V4, Net.Datagram)), run.Token, address));
    }

    private static unsafe long Name(int option, string name)
    {
        fixed (byte* bytes = Linux.Text(name))
        {
            return Linux.Do(Call.ProcessControl, option, (nint)bytes);
        }
    }

    private static unsafe long MakeGroup()
    {
        const int AtFolder = -100;
        fixed (byte* bytes = Linux.Text(Path.Combine(Lab.World.Cgroups, "below")))
        {
            return Linux.Do(Call.MakeDirectory, AtFolder, (nint)bytes, 0x1ff);
        }
    }
}
