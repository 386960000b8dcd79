using System.Collections.Immutable;
using EbpfFirewall.Integration.Tests.Infrastructure;

namespace EbpfFirewall.Integration.Tests.Confinement;

/// <summary>The command cannot take itself out of the sandbox, root or not.</summary>
[Collection(LabCollection.Name)]
public sealed class ConfinementTests(LabFixture lab)
{
    [KernelTheory]
    [InlineData("root")]
    [InlineData("nobody")]
    public async Task Nobody_inside_leaves_the_cgroup(string user)
    {
        Watch watch = await lab.WatchAsync();

        FirewalledRun run = await lab.RunScriptAsync(
            [.. Rules.AllowedName, "--user", user],
            $"$PROBE escape {KernelInventory.Cgroup2Mount}; $PROBE tcp {World.Forbidden.V4} {World.EchoPort}");

        ProbeReport report = ProbeReport.Parse(run.Result);
        report.Steps.Count(step => step.Name is not ("socket" or "connect")).Should().BeGreaterThan(10, "{0}", run);
        report.Steps.Where(step => step.Name != "socket").Should().NotContain(step => step.Error == "OK", "{0}", run);
        report.ShouldBeDenied();
        await watch.ShouldHaveSeenNothingAtAsync(World.Forbidden);
    }

    [KernelFact]
    public async Task Root_inside_has_no_capability_and_no_new_ones()
    {
        FirewalledRun run = await lab.RunScriptAsync(
            [.. Rules.AllowedName, "--user", "root"], "$PROBE state; grep ^Cap /proc/self/status");

        run.Result.Lines.Should().Contain("uid 0 0").And.Contain("nonewprivs 1");
        run.Result.Lines.Where(line => line.StartsWith("Cap", StringComparison.Ordinal))
            .Should().HaveCount(5).And.OnlyContain(line => line.EndsWith("0000000000000000", StringComparison.Ordinal), "{0}", run);
    }

    [KernelFact]
    public async Task No_descriptor_but_the_standard_ones_comes_through()
    {
        FirewalledRun run = await lab.RunAsync(Rules.AllowedName, lab.Probe(AddressKind.IPv4, "state"));
        CommandResult inherited = await lab.RunCliAsync(new Command(
            "sh", "-c", "exec 7</etc/hostname 9>/dev/null; exec \"$0\" run --allow allowed.test -- \"$PROBE\" state", FirewallCli.Path));

        run.Result.Lines.Where(IsDescriptor).Should().BeEquivalentTo(["fd 0", "fd 1", "fd 2"], "{0}", run);
        inherited.Lines.Where(IsDescriptor).Should().BeEquivalentTo(["fd 0", "fd 1", "fd 2"], "{0}", inherited);

        static bool IsDescriptor(string line) => line.StartsWith("fd ", StringComparison.Ordinal);
    }

    [KernelFact]
    public async Task Under_sudo_the_command_is_the_callers()
    {
        Command command = lab.Probe(AddressKind.IPv4, "state") with
        {
            Environment = new Dictionary<string, string?>
            {
                ["SUDO_UID"] = "65534",
                ["SUDO_GID"] = "65534",
                ["SUDO_USER"] = "nobody",
            }.ToImmutableDictionary(),
        };

        FirewalledRun own = await lab.RunAsync(Rules.AllowedName, command);
        FirewalledRun root = await lab.RunAsync([.. Rules.AllowedName, "--user", "root"], command);

        own.Result.Lines.Should().Contain("uid 65534 65534", "{0}", own).And.Contain("gid 65534 65534");
        root.Result.Lines.Should().Contain("uid 0 0", "{0}", root);
    }

    [KernelFact]
    public async Task Another_user_is_filtered_alike()
    {
        ProbeReport[] reports = await lab.ProbeAsync(
            [.. Rules.AllowedHost, "--user", "nobody"],
            AddressKind.IPv4,
            [["tcp", World.Allowed.V4, $"{World.EchoPort}"], ["tcp", World.Forbidden.V4, $"{World.EchoPort}"]]);

        reports[0].ShouldReach();
        reports[1].ShouldBeDenied();
    }

    [KernelTheory]
    [InlineData("root", "root")]
    [InlineData("nobody", "nogroup")]
    public async Task A_process_of_the_same_user_outside_cannot_be_acted_through(string user, string group)
    {
        const string Attempts =
            """
            import ctypes, os, sys
            pid = int(sys.argv[1])
            libc = ctypes.CDLL(None, use_errno=True)
            def say(what, action):
                try:
                    action()
                    print(what, "OK")
                except OSError as error:
                    print(what, "refused")
            def check(result):
                if result < 0: raise OSError(ctypes.get_errno(), "")
            say("seize", lambda: check(libc.ptrace(0x4206, pid, None, None)))
            say("memory", lambda: os.open(f"/proc/{pid}/mem", os.O_RDWR))
            say("descriptor", lambda: check(libc.syscall(438, os.pidfd_open(pid), 0, 0)))
            say("signal", lambda: os.kill(pid, 0))
            """;
        await using RunningCommand outsider = RunningCommand.Start(new Command(
            "setpriv", "--reuid", user, "--regid", group, "--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "sh", "-c", "echo ready; exec sleep 600"));
        await outsider.WaitForOutputAsync("ready");

        FirewalledRun inside = await lab.RunAsync(
            [.. Rules.AllowedName, "--user", user], new Command("/usr/bin/python3", "-c", Attempts, $"{outsider.ProcessId}"));
        FirewalledRun allowed = await lab.RunAsync(
            [.. Rules.AllowedName, "--user", user, "--privileged", "processes"], new Command("/usr/bin/python3", "-c", Attempts, $"{outsider.ProcessId}"));

        inside.Result.Lines.Should().Equal(["seize refused", "memory refused", "descriptor refused", "signal refused"], "{0}", inside);
        allowed.Result.Lines.Should().Equal(["seize OK", "memory OK", "descriptor OK", "signal OK"], "{0}", allowed);
    }

    /// <summary>Rings make sockets without a system call; the policy must hold for them where they are allowed.</summary>
    [KernelFact]
    public async Task Io_uring_is_there_only_when_it_was_asked_for()
    {
        Command ring = new("/usr/bin/python3", "-c", "import ctypes; print(ctypes.CDLL(None).syscall(425, 1, ctypes.create_string_buffer(120)) > 0)");

        FirewalledRun inside = await lab.RunAsync(Rules.AllowedName, ring);
        FirewalledRun allowed = await lab.RunAsync([.. Rules.AllowedName, "--privileged", "io_uring"], ring);

        inside.Result.Lines.Should().Equal(["False"], "{0}", inside);
        allowed.Result.Lines.Should().Equal(["True"], "{0}", allowed);
        allowed.Result.Error.Should().Contain("efw: warning: --privileged io_uring opens rings");
    }
}
