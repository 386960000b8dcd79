using System.Net.Sockets;
using EbpfFirewall.Integration.Tests.Infrastructure;
using EbpfFirewall.TestKit.Dns;
using EbpfFirewall.TestKit.Servers;

namespace EbpfFirewall.Integration.Tests.Dns;

/// <summary>What comes back for allowed names is what the upstream said, code and truncation included.</summary>
[Collection(LabCollection.Name)]
public sealed class DnsAnswerTests(LabFixture lab)
{
    [KernelFact]
    public async Task A_chain_of_aliases_is_followed_and_its_end_opened()
    {
        FirewalledRun run = await lab.RunScriptAsync(
            Rules.Allow("alias.test"), "dig +short alias.test A; curl -sS http://alias.test/");

        run.ExitCode.Should().Be(0, "{0}", run);
        run.Result.Lines[..3].Should().Equal("cdn.vendor.test.", "edge.vendor.test.", World.Extra.V4);
        run.Result.Output.Should().Contain($"reached {World.Extra.V4}");
    }

    [KernelTheory]
    [InlineData("alias.test", "edge.vendor.test")]
    [InlineData("alias.test", "cdn.vendor.test")]
    public async Task A_denied_name_in_the_chain_closes_it(string allowed, string denied)
    {
        Watch watch = await lab.WatchAsync();

        FirewalledRun run = await lab.RunAsync(
            [.. Rules.Allow(allowed), .. Rules.Deny(denied)], "curl", "-sS", "--max-time", "5", $"http://{allowed}/");

        run.ExitCode.Should().NotBe(0, "{0}", run);
        await watch.ShouldHaveSeenNothingAtAsync(World.Extra, run);
    }

    [KernelFact]
    public async Task A_missing_name_below_an_allowed_one_is_the_upstreams_to_deny()
    {
        Watch watch = await lab.WatchAsync();

        FirewalledRun run = await lab.RunAsync(Rules.AllowedName, "dig", "missing.allowed.test", "A");

        run.Result.Output.Should().Contain("status: NXDOMAIN", "{0}", run);
        run.Blocked.Should().BeEmpty("the firewall stopped nothing\n{0}", run);
        (await watch.PacketsToAsync(World.Resolver)).Should().NotBeEmpty();
    }

    [KernelTheory]
    [InlineData("only4.test", "AAAA")]
    [InlineData("only6.test", "A")]
    public async Task A_name_without_that_type_has_an_empty_answer(string name, string type)
    {
        FirewalledRun run = await lab.RunAsync(Rules.Allow(name), "dig", name, type);

        run.Result.Output.Should().Contain("status: NOERROR", "{0}", run).And.Contain("ANSWER: 0");
    }

    [KernelTheory]
    [InlineData(DnsAnswer.ServerFailure, "SERVFAIL")]
    [InlineData(DnsAnswer.Refused, "REFUSED")]
    [InlineData(DnsAnswer.NameError, "NXDOMAIN")]
    public async Task The_response_code_of_the_upstream_is_kept(int code, string text)
    {
        string name = $"code{code}.test";
        lab.Network.ScriptedDns.Answer(name, _ => new DnsAnswer { ResponseCode = code });

        FirewalledRun run = await RunWithScriptAsync(name, "dig", "+time=5", "+tries=1", name, "A");

        run.Result.Output.Should().Contain($"status: {text}", "{0}", run);
    }

    [KernelFact]
    public async Task A_silent_upstream_becomes_a_server_failure()
    {
        lab.Network.ScriptedDns.Answer("silent.test", _ => DnsAnswer.Silence);

        FirewalledRun run = await RunWithScriptAsync("silent.test", "dig", "+time=25", "+tries=1", "silent.test", "A");

        run.Result.Output.Should().Contain("status: SERVFAIL", "{0}", run);
        run.Result.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(20));
    }

    [KernelTheory]
    [InlineData("+ignore")]
    [InlineData("+ignore", "+noedns")]
    public async Task An_answer_too_big_for_a_datagram_is_marked_as_truncated(params string[] options)
    {
        FirewalledRun run = await lab.RunAsync(Rules.Allow("big.test"), "dig", [.. options, "big.test", "A"]);

        run.Result.Output.Should().MatchRegex("flags: [a-z ]*tc", "{0}", run);
    }

    [KernelTheory]
    [InlineData("A")]
    [InlineData("AAAA")]
    public async Task A_truncated_answer_comes_whole_over_tcp(string type)
    {
        FirewalledRun run = await lab.RunAsync(Rules.Allow("big.test"), "dig", "+short", "big.test", type);

        run.Result.Lines.Should().HaveCount(LabZone.BigAnswerCount + 1, "{0}", run);
    }

    [KernelFact]
    public async Task An_upstream_that_truncates_is_asked_again_over_tcp()
    {
        lab.Network.ScriptedDns.Answer("cut.test", query => query.Protocol == ProtocolType.Tcp
            ? DnsAnswer.With(DnsRecord.Address("cut.test", World.Extra.V4))
            : new DnsAnswer { ResponseCode = DnsAnswer.NoError, Truncated = true });

        FirewalledRun run = await RunWithScriptAsync("cut.test", "dig", "+tcp", "+short", "cut.test", "A");

        run.Result.Text.Should().Be(World.Extra.V4, "{0}", run);
    }

    [KernelFact]
    public async Task Every_address_of_a_long_answer_is_open()
    {
        ProbeReport report = await lab.ProbeAsync(Rules.Allow("big.test"), AddressKind.IPv4, "tcp", "big.test", $"{World.EchoPort}");
        FirewalledRun run = await lab.RunScriptAsync(
            Rules.Allow("big.test"), $"dig +short big.test A > /dev/null; $PROBE tcp {World.Extra.V4} {World.EchoPort}");

        report.Last.Error.Should().NotBe("EPERM", "{0}", report);
        run.ExitCode.Should().Be(0, "{0}", run);
    }

    [KernelFact]
    public async Task Options_of_the_client_never_reach_the_upstream()
    {
        lab.Network.ScriptedDns.AnswerWithHost("plain.test", World.Extra);

        await RunWithScriptAsync(
            "plain.test", "dig", "+ednsopt=65001:5345435245543432", "+cookie=0123456789abcdef", "plain.test", "A");

        string[] queries = [.. lab.Network.ScriptedDns.QueriesFor("plain.test").Select(query => Convert.ToHexStringLower(query.Bytes))];
        queries.Should().NotBeEmpty();
        queries.Should().OnlyContain(query => !query.Contains("5345435245543432"), "the option's value is a way out");
        queries.Should().OnlyContain(query => !query.Contains("0123456789abcdef"), "so is a cookie");
    }

    private Task<FirewalledRun> RunWithScriptAsync(string name, string fileName, params string[] arguments) =>
        lab.RunAsync([.. Rules.Allow(name), "--dns-upstream", World.ScriptedResolver.V4], new Command(fileName, [.. arguments]));
}
