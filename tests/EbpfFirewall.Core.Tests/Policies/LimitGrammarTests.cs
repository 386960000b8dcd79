using EbpfFirewall.Policies;

namespace EbpfFirewall.Core.Tests.Policies;

public sealed class LimitGrammarTests
{
    [Theory]
    [InlineData("sandbox:bytes=100MB", "sandbox:bytes=100MB", 100_000_000, 0)]
    [InlineData("sandbox:bytes=1024", "sandbox:bytes=1KiB", 1024, 0)]
    [InlineData("process:bytes=1gib/90m", "process:bytes=1GiB/90m", 1 << 30, 5400)]
    [InlineData("process:connections=20/s", "process:connections=20/1s", 20, 1)]
    [InlineData("sandbox:names=50/1d", "sandbox:names=50/1d", 50, 86_400)]
    public void A_limit_says_what_it_is_for_and_how_much(string text, string normal, long amount, int seconds)
    {
        PolicyLimit limit = new FirewallPolicyBuilder().Allow("a.test").Limit(text).Build().Limits.Should().ContainSingle().Subject;

        (limit.Amount, (int)(limit.Interval?.TotalSeconds ?? 0), limit.ToString()).Should().Be((amount, seconds, normal));
        new FirewallPolicyBuilder().Allow("a.test").Limit(normal).Build().Limits.Should().Equal(limit);
    }

    [Fact]
    public void Limits_of_rules_stand_behind_those_of_everything_and_name_their_rule()
    {
        FirewallPolicy policy = new FirewallPolicyBuilder().Allow("a.test").Allow("b.test bytes=1MB/1h,1GB connections=5/s").Limit("sandbox:names=3").Build();

        policy.Limits.Select(limit => (limit.ToString(), limit.RuleIndex)).Should().Equal(
            ("sandbox:names=3", -1), ("rule:bytes=1MB/1h", 1), ("rule:bytes=1GB", 1), ("rule:connections=5/1s", 1));
        policy.Compile().Terms.Should().ContainSingle(term => term.IsLimited).Which.RuleIndex.Should().Be(1);
    }

    [Theory]
    [InlineData("bytes=1MB", "what the limit is for")]
    [InlineData("rule:bytes=1MB", "what the limit is for")]
    [InlineData("sandbox:bits=1MB", "what is limited")]
    [InlineData("sandbox:bytes", "what is limited")]
    [InlineData("sandbox:bytes=", "not an amount")]
    [InlineData("sandbox:bytes=0", "not an amount")]
    [InlineData("sandbox:bytes=-1", "not an amount")]
    [InlineData("sandbox:bytes=1.5MB", "not an amount")]
    [InlineData("sandbox:bytes=1XB", "not an amount")]
    [InlineData("sandbox:bytes=99999999999999999999", "not an amount")]
    [InlineData("sandbox:bytes=1001TB", "not an amount")]
    [InlineData("sandbox:connections=1MB", "not an amount")]
    [InlineData("sandbox:names=1000001", "not an amount")]
    [InlineData("sandbox:bytes=1MB/", "not an interval")]
    [InlineData("sandbox:bytes=1MB/0s", "not an interval")]
    [InlineData("sandbox:bytes=1MB/367d", "not an interval")]
    [InlineData("sandbox:bytes=1MB/ms", "not an interval")]
    [InlineData("sandbox:bytes=1MB,2MB", "two limits of one kind")]
    public void Mistakes_are_told(string limit, string message)
    {
        FirewallPolicyBuilder builder = new FirewallPolicyBuilder().Allow("a.test").Limit(limit);

        PolicyProblem problem = builder.Invoking(policy => policy.Build()).Should().Throw<PolicyValidationException>().Which.Problems.Should().ContainSingle().Subject;
        problem.Message.Should().Contain(message);
        problem.Remedy.Should().NotBeEmpty();
    }

    [Theory]
    [InlineData("-a.test bytes=1MB", "denies")]
    [InlineData("+10.0.0.1 names=5", "no names")]
    public void A_rule_that_a_limit_does_not_fit_is_an_error(string rule, string message)
    {
        FirewallPolicyBuilder builder = new();
        _ = rule[0] == '+' ? builder.Allow(rule[1..]) : builder.Deny(rule[1..]);

        builder.Invoking(policy => policy.Build()).Should().Throw<PolicyValidationException>().Which.Problems
            .Should().ContainSingle().Which.Message.Should().Contain(message);
    }

    [Fact]
    public void Two_limits_that_say_the_same_of_one_thing_are_an_error()
    {
        FirewallPolicyBuilder builder = new FirewallPolicyBuilder().Allow("a.test").Limit("sandbox:bytes=1MB").Limit("sandbox:bytes=2MB/1h").Limit("sandbox:bytes=3MB");

        builder.Invoking(policy => policy.Build()).Should().Throw<PolicyValidationException>().Which.Problems
            .Should().ContainSingle().Which.RuleText.Should().Be("sandbox:bytes=3MB");
    }
}
