using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Integration.Tests.Infrastructure;
using EbpfFirewall.TestKit.Servers;

namespace EbpfFirewall.Integration.Tests;

/// <summary>Without the firewall everything in the lab can be reached, so that a denial elsewhere means something.</summary>
[Collection(LabCollection.Name)]
public sealed class LabControlTests(LabFixture lab)
{
    public static TheoryData<string, AddressKind> HostsByKind
    {
        get
        {
            TheoryData<string, AddressKind> data = [];
            foreach (LabHost host in World.Hosts)
            {
                foreach (AddressKind kind in Enum.GetValues<AddressKind>())
                {
                    data.Add(host.Name, kind);
                }
            }

            return data;
        }
    }

    [KernelTheory]
    [MemberData(nameof(Attempts.Ordinary), MemberType = typeof(Attempts))]
    public async Task Every_ordinary_attempt_reaches_the_forbidden_host(string attempt, AddressKind kind)
    {
        Watch watch = await lab.WatchAsync();

        ProbeReport report = await lab.ProbeOpenlyAsync(kind, Attempts.Arguments(attempt, kind, World.Forbidden));

        report.Reached.Should().BeTrue("{0}", report);
        watch.ArrivedAt(World.Forbidden).Should().NotBeEmpty();
        (await watch.PacketsToAsync(World.Forbidden)).Should().NotBeEmpty();
    }

    [KernelTheory]
    [MemberData(nameof(Attempts.Refused), MemberType = typeof(Attempts))]
    public async Task Every_exotic_attempt_sends_a_packet_to_the_forbidden_host(string attempt, AddressKind kind)
    {
        Watch watch = await lab.WatchAsync();

        ProbeReport report = await lab.ProbeOpenlyAsync(kind, Attempts.Arguments(attempt, kind, World.Forbidden));

        // Nobody speaks UDP-Lite in the world, so only the packet tells.
        report.Steps.Should().Contain(step => step.Name == "socket" && step.Error == "OK", "{0}", report);
        (await watch.PacketsToAsync(World.Forbidden)).Should().NotBeEmpty("{0}", report);
    }

    [KernelTheory]
    [MemberData(nameof(Attempts.HeaderTricks), MemberType = typeof(Attempts))]
    public async Task A_source_route_hides_the_destination_behind_another(string attempt, AddressKind kind)
    {
        Watch watch = await lab.WatchAsync();

        ProbeReport report = await lab.ProbeOpenlyAsync(kind, Attempts.Arguments(attempt, kind, World.Forbidden));

        report.Reached.Should().BeTrue("{0}", report);
        (await watch.PacketsToAsync(World.Allowed)).Should().NotBeEmpty("the wire shows the way point");
        (await watch.PacketsToAsync(World.Forbidden)).Should().BeEmpty("the wire hides the end");
    }

    [KernelTheory]
    [MemberData(nameof(HostsByKind))]
    public async Task Every_host_answers_http_and_https_and_echoes(string name, AddressKind kind)
    {
        LabHost host = World.Hosts.Single(host => host.Name == name);
        string address = host.UrlAddress(kind);

        CommandResult http = await lab.RunOpenlyAsync("curl", "-sS", $"http://{address}/");
        CommandResult https = await lab.RunOpenlyAsync("curl", "-sS", $"https://{host.UrlAddress(kind == AddressKind.Mapped ? AddressKind.IPv4 : kind)}/");
        ProbeReport tcp = await lab.ProbeOpenlyAsync(kind, "tcp", host.Address(kind), $"{World.EchoPort}");
        ProbeReport udp = await lab.ProbeOpenlyAsync(kind, "udp-sendto", host.Address(kind), $"{World.OtherEchoPort}");

        http.Output.Should().Contain("over http", "{0}", http);
        https.Output.Should().Contain("over https", "{0}", https);
        tcp.Reached.Should().BeTrue("{0}", tcp);
        udp.Reached.Should().BeTrue("{0}", udp);
    }

    [KernelTheory]
    [InlineData("198.51.100.53")]
    [InlineData("2001:db8:77::53")]
    [InlineData("198.51.100.54")]
    [InlineData("2001:db8:77::54")]
    public async Task Both_resolvers_answer_alike_over_udp_and_tcp(string server)
    {
        foreach (string transport in new[] { "+notcp", "+tcp" })
        {
            (await DigAsync(server, transport, "allowed.test", "A")).Should().Equal(World.Allowed.V4);
            (await DigAsync(server, transport, "sub.allowed.test", "AAAA")).Should().Equal(World.Allowed.V6);
            (await DigAsync(server, transport, "alias.test", "A"))
                .Should().Equal("cdn.vendor.test.", "edge.vendor.test.", World.Extra.V4);
            (await DigAsync(server, transport, "big.test", "A")).Should().HaveCount(LabZone.BigAnswerCount + 1);
        }

        CommandResult missing = await lab.RunOpenlyAsync("dig", $"@{server}", "missing.test", "A");
        CommandResult truncated = await lab.RunOpenlyAsync("dig", $"@{server}", "+ignore", "big.test", "A");

        missing.Output.Should().Contain("status: NXDOMAIN");
        truncated.Output.Should().MatchRegex("flags: [a-z ]*tc");
    }

    [KernelFact]
    public async Task Each_resolver_can_be_told_by_its_answer()
    {
        (await DigAsync(World.Resolver.V4, "+notcp", LabZone.WhoAnswers, "A")).Should().Equal(World.Resolver.V4);
        (await DigAsync(World.OtherResolver.V4, "+notcp", LabZone.WhoAnswers, "A")).Should().Equal(World.OtherResolver.V4);
    }

    [KernelFact]
    public async Task Scripted_answers_arrive_as_written()
    {
        lab.Network.ScriptedDns.AnswerWithHost("scripted.test", World.Extra);

        string[] udp = await DigAsync(World.ScriptedResolver.V4, "+notcp", "scripted.test", "A");
        string[] tcp = await DigAsync(World.ScriptedResolver.V6, "+tcp", "scripted.test", "AAAA");

        udp.Should().Equal(World.Extra.V4);
        tcp.Should().Equal(World.Extra.V6);
        lab.Network.ScriptedDns.QueriesFor("scripted.test").Select(query => query.Protocol)
            .Should().Equal(ProtocolType.Udp, ProtocolType.Tcp);
    }

    [KernelTheory]
    [InlineData("dns-sendto")]
    [InlineData("dns-connect")]
    [InlineData("dns-tcp")]
    public async Task The_server_that_was_asked_is_the_one_that_answers(string attempt)
    {
        foreach (AddressKind kind in Enum.GetValues<AddressKind>())
        {
            ProbeReport report = await lab.ProbeOpenlyAsync(kind, attempt, World.Resolver.Address(kind), "allowed.test");

            report.Reached.Should().BeTrue("{0}", report);
            report.Last.Detail.Should().EndWith("53 rcode=0 answers=1");
        }
    }

    [KernelFact]
    public async Task Clients_of_all_kinds_work()
    {
        CommandResult[] results =
        [
            await lab.RunOpenlyAsync("curl", "-sS", "https://allowed.test/"),
            await lab.RunOpenlyAsync("python3", ClientPrograms.PythonArguments("https://other.test/", 3)),
            await lab.RunOpenlyAsync("dotnet", ClientPrograms.DotNetArguments("http", "https://allowed.test/", "3")),
            await lab.RunOpenlyAsync("dotnet", ClientPrograms.DotNetArguments("tcp", "other.test", $"{World.EchoPort}", "3")),
        ];

        results.Should().OnlyContain(result => result.ExitCode == 0);
    }

    [KernelFact]
    public async Task A_listener_outside_the_sandbox_is_reached_on_loopback()
    {
        await using EchoServers listeners = lab.Network.StartLocalListeners(IPAddress.Loopback, IPAddress.IPv6Loopback);
        IPEndPoint[] at = listeners.LocalEndPoints;

        (await lab.ProbeOpenlyAsync(AddressKind.IPv4, "tcp", "127.0.0.1", $"{at[0].Port}")).Reached.Should().BeTrue();
        (await lab.ProbeOpenlyAsync(AddressKind.Mapped, "tcp", "127.0.0.1", $"{at[0].Port}")).Reached.Should().BeTrue();
        (await lab.ProbeOpenlyAsync(AddressKind.IPv6, "tcp", "::1", $"{at[1].Port}")).Reached.Should().BeTrue();
        (await lab.ProbeOpenlyAsync(AddressKind.IPv4, "udp-sendto", "127.0.0.1", $"{at[2].Port}")).Reached.Should().BeTrue();
        listeners.Since(0).Should().HaveCountGreaterThan(3);
    }

    [KernelFact]
    public async Task Root_leaves_a_plain_cgroup_at_will()
    {
        string cgroup = Path.Combine(KernelInventory.Cgroup2Mount, lab.Network.Name);
        Directory.CreateDirectory(cgroup);

        ProbeReport report = ProbeReport.Parse(await lab.RunOpenlyAsync(
            "sh", "-c", $"echo 0 > {cgroup}/cgroup.procs && exec $PROBE escape {KernelInventory.Cgroup2Mount}"));

        Directory.Delete(cgroup);
        report.Result.Output.Should().Contain($"cgroup /{lab.Network.Name}\n");
        foreach (string way in new[] { "procs-of-root", "new-cgroup", "clone3-into-root", "second-mount", "remount-writable" })
        {
            report[way].Error.Should().Be("OK", "{0}\n{1}", way, report);
        }
    }

    [KernelFact]
    public async Task The_escape_probe_leaves_the_mounts_of_its_caller_alone()
    {
        // The command has a mount namespace of its own, so even a failure stays in the lab.
        CommandResult result = await lab.RunOpenlyAsync(
            "sh", "-c", $"cat /proc/self/mountinfo; $PROBE escape {KernelInventory.Cgroup2Mount} >/dev/null; echo ==; cat /proc/self/mountinfo");

        string[] mounts = result.EnsureSuccess().Output.Split("==\n");
        mounts[0].Should().Contain(" - cgroup2 ");
        mounts[1].Should().Be(mounts[0]);
    }

    [KernelFact]
    public async Task The_inventory_finds_every_kind_of_leftover_and_only_ours()
    {
        string name = lab.Network.Name;
        string own = Path.Combine(KernelInventory.Cgroup2Mount, $"{name}-own");
        string foreign = Path.Combine(KernelInventory.Cgroup2Mount, $"{name}-foreign");
        string pin = $"/sys/fs/bpf/{name}";
        HashSet<string> before = await KernelInventory.CaptureAsync(lab.Network.Client);
        Directory.CreateDirectory(own);
        Directory.CreateDirectory(foreign);
        (await CommandRunner.RunAsync(
            "bpftool", "map", "create", pin, "type", "array", "key", "4", "value", "4", "entries", "1", "name", "leftover")).EnsureSuccess();
        string[] found;
        await using (EchoServers listener = lab.Network.StartLocalListeners(IPAddress.Loopback))
        await using (RunningCommand inside = RunningCommand.Start(lab.Network.Enter(new Command("sleep", "60"))))
        await using (RunningCommand elsewhere = RunningCommand.Start(new Command("sh", "-c", $"echo 0 > {foreign}/cgroup.procs; echo in; exec sleep 60")))
        {
            await elsewhere.WaitForOutputAsync("in");
            found = await KernelInventory.FindLeftoversAsync(lab.Network.Client, before, TimeSpan.Zero);
        }

        File.Delete(pin);
        Directory.Delete(own);
        await WaitUntilEmptyAsync(foreign);
        Directory.Delete(foreign);

        found.Should().Contain($"cgroup {own}").And.NotContain($"cgroup {foreign}").And.Contain($"pin {pin}");
        found.Should().Contain(thing => thing.StartsWith("map ", StringComparison.Ordinal));
        found.Should().Contain(thing => thing.StartsWith("process ", StringComparison.Ordinal));
        found.Should().Contain(thing => thing.StartsWith("listener tcp ", StringComparison.Ordinal));
        (await KernelInventory.FindLeftoversAsync(lab.Network.Client, before, TimeSpan.FromSeconds(5))).Should().BeEmpty();
    }

    [KernelFact]
    public async Task A_new_lab_removes_what_a_crashed_test_run_left()
    {
        RunningCommand dead = RunningCommand.Start(new Command("true"));
        await dead.WaitAsync();
        string name = $"efwlab-{dead.ProcessId}-1-1";
        string directory = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), name)).FullName;
        (await CommandRunner.RunAsync("ip", "netns", "add", $"{name}-world")).EnsureSuccess();
        await using RunningCommand server = RunningCommand.Start(
            new Command("nsenter", $"--net=/run/netns/{name}-world", "sh", "-c", "echo in; exec sleep 60"));
        await server.WaitForOutputAsync("in");

        await using LabNetwork next = await LabNetwork.CreateAsync();

        (await server.WaitAsync()).ExitCode.Should().Be(137);
        Directory.Exists(directory).Should().BeFalse();
        File.Exists($"/run/netns/{name}-world").Should().BeFalse();
        Directory.Exists(lab.Network.DirectoryPath).Should().BeTrue("a living lab is left alone");
    }

    [KernelFact]
    public async Task Two_labs_live_side_by_side_and_leave_nothing()
    {
        HashSet<string> before = await KernelInventory.CaptureAsync(lab.Network.Client);
        LabNetwork second = await LabNetwork.CreateAsync();

        CommandResult there = await second.RunAsync(new Command("curl", "-sS", "http://allowed.test/"));
        CommandResult here = await lab.RunOpenlyAsync("curl", "-sS", "http://allowed.test/");
        await second.DisposeAsync();

        there.ExitCode.Should().Be(0, "{0}", there);
        here.ExitCode.Should().Be(0, "{0}", here);
        second.Sinks.Count.Should().Be(0, "each lab has a world of its own");
        Directory.Exists(second.DirectoryPath).Should().BeFalse();
        File.Exists(second.Client.Path).Should().BeFalse();
        (await KernelInventory.FindLeftoversAsync(lab.Network.Client, before, TimeSpan.FromSeconds(5))).Should().BeEmpty();
    }

    private static async Task WaitUntilEmptyAsync(string cgroup)
    {
        while (File.ReadAllText(Path.Combine(cgroup, "cgroup.procs")).Length > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
    }

    private async Task<string[]> DigAsync(string server, string transport, string name, string type) =>
        (await lab.RunOpenlyAsync("dig", $"@{server}", transport, "+short", "+time=2", "+tries=1", name, type)).EnsureSuccess().Lines;
}
