using System.Collections.Immutable;
using System.Net;
using EbpfFirewall.Integration.Tests.Infrastructure;
using EbpfFirewall.TestKit.Dns;
using EbpfFirewall.TestKit.Servers;

namespace EbpfFirewall.Integration.Tests.Dns;

/// <summary>Answers that say more than they were asked, or are not answers at all, open nothing.</summary>
[Collection(LabCollection.Name)]
public sealed class LyingAnswerTests(LabFixture lab)
{
    private static readonly DnsRecord Truth = DnsRecord.Address("lie.test", World.Allowed.V4);
    private static readonly DnsRecord Lie = DnsRecord.Address("other.test", World.Forbidden.V4);
    private static readonly DnsRecord LieAboutItself = DnsRecord.Address("lie.test", World.Forbidden.V4);

    public static TheoryData<string> Lies =>
    [
        "unrelated record in the answer", "record in the authority", "record in the additional section", "alias of another name",
        "foreign id first", "foreign question first", "garbage first",
    ];

    [KernelTheory]
    [MemberData(nameof(Lies))]
    public async Task Only_what_answers_the_question_is_learned(string lie)
    {
        lab.Network.ScriptedDns.Answer("lie.test", query => query.Type == DnsRecord.TypeA ? Answers(lie) : [DnsAnswer.With()]);
        Watch watch = await lab.WatchAsync();

        ProbeReport[] reports = await lab.ProbeAsync(
            UpstreamIsScripted("lie.test"),
            AddressKind.IPv4,
            [["tcp", "lie.test", $"{World.EchoPort}"], ["tcp", World.Forbidden.V4, $"{World.EchoPort}"]]);

        reports[0].ShouldReach();
        reports[1].ShouldBeDenied();
        watch.ArrivedAt(World.Allowed).Should().NotBeEmpty();
        await watch.ShouldHaveSeenNothingAtAsync(World.Forbidden);
    }

    [KernelTheory]
    [InlineData("169.254.169.254")]
    [InlineData("fd00:ec2::254")]
    [InlineData("::ffff:169.254.169.254")]
    public async Task A_name_does_not_lead_to_the_metadata_service(string address)
    {
        lab.Network.ScriptedDns.Answer("rebind.test", query =>
            query.Type == DnsRecord.Address("rebind.test", address).Type
                ? DnsAnswer.With(DnsRecord.Address("rebind.test", address, ttl: 1))
                : DnsAnswer.With());
        Watch watch = await lab.WatchAsync();

        FirewalledRun run = await lab.RunScriptAsync(
            UpstreamIsScripted("rebind.test"),
            $"curl -sS --max-time 5 http://rebind.test/; $PROBE tcp {World.Metadata.V4} {World.EchoPort}; $PROBE -6 tcp {World.Metadata.V6} {World.EchoPort}");

        run.Result.Output.Should().NotContain("reached", "{0}", run);
        await watch.ShouldHaveSeenNothingAtAsync(World.Metadata, run);
    }

    [KernelTheory]
    [InlineData(AddressKind.IPv4, "127.0.0.1")]
    [InlineData(AddressKind.IPv6, "::1")]
    public async Task A_name_does_not_lead_to_listeners_of_this_machine(AddressKind kind, string address)
    {
        await using EchoServers listeners = lab.Network.StartLocalListeners(IPAddress.Parse(address));
        lab.Network.ScriptedDns.Answer("local.test", query =>
            query.Type == DnsRecord.Address("local.test", address).Type
                ? DnsAnswer.With(DnsRecord.Address("local.test", address))
                : DnsAnswer.With());

        ProbeReport report = await lab.ProbeAsync(
            UpstreamIsScripted("local.test"), kind, "tcp", "local.test", $"{listeners.LocalEndPoints[0].Port}");

        report.Reached.Should().BeFalse("{0}", report);
        listeners.Since(0).Should().BeEmpty();
    }

    private static ImmutableArray<string> UpstreamIsScripted(string name) =>
        [.. Rules.Allow(name), "--dns-upstream", World.ScriptedResolver.V4];

    private static DnsAnswer[] Answers(string lie) => lie switch
    {
        "unrelated record in the answer" => [DnsAnswer.With(Truth, Lie)],
        "record in the authority" => [DnsAnswer.With(Truth) with { Authority = [Lie] }],
        "record in the additional section" => [DnsAnswer.With(Truth) with { Additional = [Lie] }],
        "alias of another name" => [DnsAnswer.With(Truth, DnsRecord.Alias("www.lie.test", "other.test"), Lie)],
        "foreign id first" => [DnsAnswer.With(LieAboutItself) with { IdOffset = 1 }, DnsAnswer.With(Truth)],
        "foreign question first" => [DnsAnswer.With(LieAboutItself) with { Question = "other.test" }, DnsAnswer.With(Truth)],
        "garbage first" => [new DnsAnswer { Raw = [1, 2, 3] }, DnsAnswer.With(Truth)],
        _ => throw new ArgumentOutOfRangeException(nameof(lie), lie, null),
    };
}
