using System.Net;
using EbpfFirewall.Decisions;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Core.Tests.Decisions;

public sealed class DecisionExplanationTests
{
    [Fact]
    public void Every_reason_has_a_sentence_of_its_own()
    {
        string[] sentences = [.. Enum.GetValues<DecisionReason>().Select(reason => DecisionExplanation.Of(Samples.DeniedByLearnedName with { Reason = reason }))];

        sentences.Should().OnlyContain(sentence => sentence.EndsWith('.') || sentence.Contains("--allow ", StringComparison.Ordinal));
        sentences.Where(sentence => sentence == "No reason is recorded.").Should().ContainSingle();
        sentences.Except([DecisionExplanation.Of(Samples.DeniedByLearnedName with { Reason = DecisionReason.NameAllowed })])
            .Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Every_reason_has_a_sentence_when_nothing_else_is_known()
    {
        foreach (DecisionReason reason in Enum.GetValues<DecisionReason>())
        {
            foreach (DecisionStage stage in Enum.GetValues<DecisionStage>())
            {
                DecisionExplanation.Of(Samples.RawSocket with { Reason = reason, Stage = stage, SocketFamily = 0 }).Should().NotBeEmpty();
            }
        }
    }

    [Theory]
    [InlineData("192.0.2.7", 443, "--allow 192.0.2.7:443")]
    [InlineData("192.0.2.7", 0, "--allow 192.0.2.7")]
    [InlineData("2001:db8::7", 443, "--allow [2001:db8::7]:443")]
    [InlineData("2001:db8::7", 0, "--allow 2001:db8::7")]
    [InlineData("::ffff:192.0.2.7", 443, "--allow 192.0.2.7:443")]
    [InlineData("192.0.2.7", 443, "--allow example.com:443", "example.com", "other.example")]
    public void The_advice_is_the_narrowest_rule(string address, int port, string advice, params string[] names)
    {
        DecisionEvent decision = Samples.DeniedConnect with { Destination = new IPEndPoint(IPAddress.Parse(address), port), Names = [.. names] };

        string explanation = DecisionExplanation.Of(decision);

        explanation.Should().EndWith(" Allow it with " + advice);
        new FirewallPolicyBuilder().Allow(advice["--allow ".Length..]).Build().Rules.Should().ContainSingle();
    }

    [Theory]
    [InlineData("x; rm -rf ~")]
    [InlineData("$(id)")]
    [InlineData("-rf")]
    [InlineData(".")]
    [InlineData("a\\032b")]
    public void A_name_that_a_shell_would_read_otherwise_is_not_put_into_a_command(string name)
    {
        DecisionEvent decision = Samples.DeniedName with { Names = [name] };

        DecisionExplanation.Of(decision).Should().NotContain("--allow");
    }

    [Fact]
    public void Special_destinations_and_listeners_say_which_rule_opens_them()
    {
        DecisionEvent metadata = Samples.DeniedConnect with
        {
            Reason = DecisionReason.ReservedDestination,
            Destination = new IPEndPoint(IPAddress.Parse("169.254.169.254"), 80),
            Names = ["metadata.example"],
        };
        DecisionEvent database = metadata with
        {
            Reason = DecisionReason.ForeignLoopback,
            Destination = new IPEndPoint(IPAddress.Loopback, 5432),
        };

        DecisionExplanation.Of(metadata).Should().EndWith("--allow 169.254.169.254:80");
        DecisionExplanation.Of(database).Should().EndWith("--allow loopback:5432");
    }
}
