using EbpfFirewall.Integration.Tests.Infrastructure;

namespace EbpfFirewall.Integration.Tests.Reaching;

/// <summary>What asking for a denied name does to its addresses.</summary>
[Collection(LabCollection.Name)]
public sealed class DeniedNameTests(LabFixture lab)
{
    private static readonly string Forbidden = World.Forbidden.V4;

    [KernelFact]
    public async Task In_a_deny_list_the_address_of_a_name_that_was_asked_for_is_closed()
    {
        FirewalledRun run = await lab.RunScriptAsync(
            Rules.Deny("other.test"),
            $"""
             $PROBE tcp {Forbidden} {World.EchoPort} > /dev/null; echo before: $?
             getent ahostsv4 other.test; echo asked: $?
             $PROBE tcp {Forbidden} {World.EchoPort} > /dev/null; echo after: $?
             $PROBE tcp {World.Allowed.V4} {World.EchoPort} > /dev/null; echo elsewhere: $?
             """);

        run.Result.Output.Should().Contain("before: 0").And.Contain("asked: 2").And.Contain("after: 1").And.Contain("elsewhere: 0");
        run.Blocked.Should().Contain(record => record.BlockedAt == "packet" && record.Domains.Contains("other.test"), "{0}", run);
    }

    [KernelFact]
    public async Task On_request_denied_names_are_answered_and_their_addresses_stay_closed()
    {
        FirewalledRun run = await lab.RunScriptAsync(
            [.. Rules.AllowedName, "--allow-dns-request"],
            $"""
             getent ahostsv4 other.test; echo asked: $?
             $PROBE tcp other.test {World.EchoPort} > /dev/null; echo connected: $?
             $PROBE tcp allowed.test {World.EchoPort} > /dev/null; echo allowed: $?
             """);

        run.Result.Output.Should().Contain(Forbidden).And.Contain("asked: 0").And.Contain("connected: 1").And.Contain("allowed: 0");
        run.Blocked.Should().OnlyContain(record => record.BlockedAt == "packet" && record.Domains.Contains("other.test"), "{0}", run).And.NotBeEmpty();
    }

    [KernelFact]
    public async Task Without_it_they_are_not()
    {
        FirewalledRun run = await lab.RunScriptAsync(Rules.AllowedName, "getent ahostsv4 other.test; echo asked: $?");

        run.Result.Output.Should().Contain("asked: 2").And.NotContain(Forbidden);
    }
}
