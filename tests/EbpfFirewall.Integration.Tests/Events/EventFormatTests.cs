using System.Text.Json;
using EbpfFirewall.Integration.Tests.Infrastructure;
using EbpfFirewall.TestKit.Logs;

namespace EbpfFirewall.Integration.Tests.Events;

/// <summary>The contract of the log and of standard error.</summary>
[Collection(LabCollection.Name)]
public sealed class EventFormatTests(LabFixture lab)
{
    [KernelFact]
    public async Task A_blocked_name_is_one_line_with_all_that_matters()
    {
        FirewalledRun run = await lab.RunAsync(Rules.AllowedName, "dig", "+tries=1", "other.test", "A");

        run.BlockLines.Should().ContainSingle("{0}", run).Which.Should().MatchRegex(
            """^.*WARN DNS BLOCKED reason=NotInAllowList explanation="[^"]+" blocked=true blockedAt=dns domain=other\.test\.? ip=.* """
            + """ipResolvedForDomains=.* pid=\d+ cmd="dig \+tries=1 other\.test A" firewallMethod=allowlist$""");
    }

    [KernelFact]
    public async Task A_blocked_address_is_one_line_with_all_that_matters()
    {
        FirewalledRun run = await lab.RunAsync(
            Rules.Deny(World.Forbidden.V4), lab.Probe(AddressKind.IPv4, "tcp", World.Forbidden.V4, $"{World.EchoPort}"));

        run.BlockLines.Should().ContainSingle("{0}", run).Which.Should().MatchRegex(
            """^.*WARN PACKET BLOCKED reason=DeniedByRule explanation="[^"]+" blocked=true blockedAt=packet domain=.* ip=198\.51\.100\.66.* """
            + """pid=\d+ cmd="[^"]+" firewallMethod=blocklist$""");
    }

    [KernelFact]
    public async Task The_json_log_keeps_its_contract()
    {
        FirewalledRun run = await lab.RunScriptAsync(
            Rules.AllowedName, $"dig +tries=1 other.test A >/dev/null; $PROBE tcp {World.Forbidden.V4} {World.EchoPort}");

        run.Blocked.Select(record => record.BlockedAt).Should().Equal(["dns", "packet"], "{0}", run);
        foreach (LogRecord record in run.Blocked)
        {
            KindOf(record, "time", "level", "msg", "because", "blockedAt", "domains", "ruleSource", "ruleSourceComment", "port", "ip", "originalIp", "url", "cmd")
                .Should().OnlyContain(kind => kind == JsonValueKind.String, "{0}", record);
            KindOf(record, "blocked").Should().Equal(JsonValueKind.True);
            KindOf(record, "pid").Should().Equal(JsonValueKind.Number);
            record.Text("level").Should().Be("WARN");
            DateTimeOffset.Parse(record.Text("time")).Should().BeCloseTo(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
        }

        run.Blocked[0].Message.Should().Be("DNS BLOCKED");
        run.Blocked[0].Stage.Should().BeEquivalentTo("dns");
        run.Blocked[0].Because.Should().Be("NotInAllowList");
        run.Blocked[1].Message.Should().Be("PACKET BLOCKED");
        run.Blocked[1].Stage.Should().BeEquivalentTo("connect");
        run.Blocked[1].Because.Should().Be("IPNotAllowed");
    }

    [KernelFact]
    public async Task The_names_that_led_to_an_address_stand_in_its_event()
    {
        FirewalledRun run = await lab.RunScriptAsync(
            Rules.Allow($"allowed.test:{World.EchoPort}"), $"$PROBE tcp allowed.test {World.OtherEchoPort}");

        run.Blocked.Should().ContainSingle("{0}", run).Which.Domains.Should().Contain("allowed.test");
    }

    [KernelFact]
    public async Task Debug_shows_allowed_decisions_as_well()
    {
        FirewalledRun quiet = await lab.RunAsync(Rules.AllowedName, "curl", "-sS", "http://allowed.test/");
        FirewalledRun talkative = await lab.RunAsync([.. Rules.AllowedName, "--debug"], "curl", "-sS", "http://allowed.test/");

        quiet.Log.Should().NotContain(record => record.Domains.Contains("allowed.test"), "{0}", quiet);
        talkative.Log.Should().Contain(record => !record.Blocked && record.Domains.Contains("allowed.test"), "{0}", talkative);
    }

    private static JsonValueKind[] KindOf(LogRecord record, params string[] names) =>
        [.. names.Select(name => record.Json.TryGetProperty(name, out JsonElement value) ? value.ValueKind : JsonValueKind.Undefined)];
}
