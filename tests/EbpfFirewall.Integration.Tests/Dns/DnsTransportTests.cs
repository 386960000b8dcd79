using EbpfFirewall.Integration.Tests.Infrastructure;
using EbpfFirewall.TestKit.Servers;

namespace EbpfFirewall.Integration.Tests.Dns;

/// <summary>Port 53, wherever it points, leads to the policy and to nothing else.</summary>
[Collection(LabCollection.Name)]
public sealed class DnsTransportTests(LabFixture lab)
{
    public static TheoryData<string, string> ServersAndTransports
    {
        get
        {
            TheoryData<string, string> data = [];
            LabHost[] hosts = [World.Resolver, World.OtherResolver, World.Forbidden];
            foreach (string server in hosts.SelectMany(host => new[] { host.V4, host.V6, $"::ffff:{host.V4}" }).Concat(["127.0.0.53", "192.0.2.200"]))
            {
                data.Add(server, "+notcp");
                data.Add(server, "+tcp");
            }

            return data;
        }
    }

    [KernelTheory]
    [MemberData(nameof(ServersAndTransports))]
    public async Task Any_server_that_is_asked_answers_by_policy(string server, string transport)
    {
        Watch watch = await lab.WatchAsync();
        string dig = $"dig @{server} {transport} +time=3 +tries=1";

        FirewalledRun run = await lab.RunScriptAsync(
            Rules.Allow("allowed.test", LabZone.WhoAnswers),
            $"{dig} +short allowed.test A; {dig} +short allowed.test AAAA; {dig} +short {LabZone.WhoAnswers} A; {dig} other.test A");

        run.Result.Lines[..3].Should().Equal([World.Allowed.V4, World.Allowed.V6, World.Resolver.V4], "{0}", run);
        run.Result.Output.Should().Contain("status: NXDOMAIN", "{0}", run);
        run.Blocked.Should().Contain(record => record.BlockedAt == "dns" && record.Domains.Contains("other.test"), "{0}", run);
        await watch.ShouldHaveSeenNothingAtAsync(World.OtherResolver, run);
        await watch.ShouldHaveSeenNothingAtAsync(World.Forbidden, run);
    }

    [KernelTheory]
    [InlineData("dns-sendto", AddressKind.IPv4)]
    [InlineData("dns-sendto", AddressKind.IPv6)]
    [InlineData("dns-sendto", AddressKind.Mapped)]
    [InlineData("dns-connect", AddressKind.IPv4)]
    [InlineData("dns-connect", AddressKind.IPv6)]
    [InlineData("dns-connect", AddressKind.Mapped)]
    [InlineData("dns-tcp", AddressKind.IPv4)]
    [InlineData("dns-tcp", AddressKind.IPv6)]
    [InlineData("dns-tcp", AddressKind.Mapped)]
    public async Task The_answer_seems_to_come_from_the_server_that_was_asked(string attempt, AddressKind kind)
    {
        ProbeReport report = await lab.ProbeAsync(
            Rules.AllowedName, kind, attempt, World.OtherResolver.Address(kind), "allowed.test");

        string server = kind == AddressKind.Mapped ? $"::ffff:{World.OtherResolver.V4}" : World.OtherResolver.Address(kind);
        report.ShouldReach();
        report["receive"].Detail.Should().Be($"{server} 53 rcode=0 answers=1", "{0}", report);
        if (attempt != "dns-sendto")
        {
            report["connect"].Detail.Should().Be($"{server} 53", "{0}", report);
        }
    }

    [KernelTheory]
    [InlineData("A")]
    [InlineData("AAAA")]
    [InlineData("TXT")]
    [InlineData("MX")]
    [InlineData("CNAME")]
    [InlineData("NULL")]
    [InlineData("SRV")]
    [InlineData("HTTPS")]
    [InlineData("TYPE65280")]
    public async Task No_type_of_query_carries_a_denied_name_out(string type)
    {
        Watch watch = await lab.WatchAsync();

        FirewalledRun run = await lab.RunAsync(
            Rules.AllowedName, "dig", "+time=3", "+tries=1", "c2VjcmV0.other.test", type);

        run.Result.Output.Should().Contain("status: NXDOMAIN", "{0}", run);
        (await watch.PacketsAsync(packet => packet.DestinationPort == 53)).Should().BeEmpty("{0}", run);
    }

    [KernelTheory]
    [InlineData("tcp", AddressKind.IPv4)]
    [InlineData("tcp", AddressKind.IPv6)]
    [InlineData("tcp", AddressKind.Mapped)]
    [InlineData("udp-sendto", AddressKind.IPv4)]
    [InlineData("udp-sendto", AddressKind.IPv6)]
    [InlineData("udp-sendto", AddressKind.Mapped)]
    [InlineData("udp-connect", AddressKind.IPv4)]
    public async Task Port_53_is_no_tunnel_for_anything_but_dns(string attempt, AddressKind kind)
    {
        Watch watch = await lab.WatchAsync();

        ProbeReport report = await lab.ProbeAsync(
            Rules.AllowedName, kind, Attempts.Arguments(attempt, kind, World.Forbidden, port: 53));

        report.Reached.Should().BeFalse("{0}", report);
        await watch.ShouldHaveSeenNothingAtAsync(World.Forbidden, report);
        await watch.ShouldHaveSeenNothingAtAsync(World.Resolver, report);
    }

    [KernelTheory]
    [InlineData("198.51.100.54")]
    [InlineData("198.51.100.54:53")]
    [InlineData("2001:db8:77::54")]
    [InlineData("[2001:db8:77::54]:53")]
    public async Task The_upstream_option_says_who_is_asked(string upstream)
    {
        Watch watch = await lab.WatchAsync();

        FirewalledRun run = await lab.RunAsync(
            [.. Rules.Allow(LabZone.WhoAnswers), "--dns-upstream", upstream], "dig", "+short", LabZone.WhoAnswers, "A");

        run.Result.Text.Should().Be(World.OtherResolver.V4, "{0}", run);
        await watch.ShouldHaveSeenNothingAtAsync(World.Resolver);
    }

    [KernelFact]
    public async Task A_resolver_with_an_ipv6_address_in_resolv_conf_is_used()
    {
        FirewalledRun run = await lab.RunAsync(
            Rules.Allow(LabZone.WhoAnswers), new Command("dig", "+short", LabZone.WhoAnswers, "A"), World.OtherResolver.V6);

        run.Result.Text.Should().Be(World.OtherResolver.V4, "{0}", run);
    }
}
