using EbpfFirewall.Core.Tests.Support;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Core.Tests.Policies;

public sealed class FirewallPolicyBuilderTests
{
    [Theory]
    [InlineData(PolicyMode.AllowList, "+a.test")]
    [InlineData(PolicyMode.AllowList, "-b.test", "+a.test")]
    [InlineData(PolicyMode.DenyList, "-a.test")]
    public void The_mode_follows_from_the_rules(PolicyMode expected, params string[] rules)
    {
        FirewallPolicy policy = Policy.Of(rules);

        policy.Mode.Should().Be(expected);
        policy.ListMode.Should().Be(expected);
    }

    [Theory]
    [InlineData(PolicyMode.AllowList, PolicyMode.AllowList, "-a.test")]
    [InlineData(PolicyMode.AllowList, PolicyMode.AllowList)]
    [InlineData(PolicyMode.DenyList, PolicyMode.DenyList, "+a.test")]
    [InlineData(PolicyMode.DenyList, PolicyMode.DenyList)]
    [InlineData(PolicyMode.Observe, PolicyMode.AllowList, "+a.test", "-b.test")]
    [InlineData(PolicyMode.Observe, PolicyMode.DenyList, "-b.test")]
    [InlineData(PolicyMode.Observe, PolicyMode.DenyList)]
    public void A_mode_that_is_given_stands(PolicyMode given, PolicyMode listMode, params string[] rules)
    {
        FirewallPolicy policy = Policy.Of(given, rules);

        policy.Mode.Should().Be(given);
        policy.ListMode.Should().Be(listMode);
    }

    [Theory]
    [InlineData(PolicyMode.BlockAll, "asks no rule", "+a.test")]
    [InlineData(PolicyMode.Disabled, "asks no rule", "-a.test")]
    [InlineData(PolicyMode.AllowList, "allows anything", "-a.test")]
    [InlineData(PolicyMode.AllowList, null, "-a.test", "+b.test")]
    [InlineData(PolicyMode.AllowList, null)]
    [InlineData(PolicyMode.BlockAll, null)]
    [InlineData(PolicyMode.Observe, null, "-a.test")]
    public void Rules_that_the_mode_leaves_nothing_to_do_are_a_warning(PolicyMode mode, string? warning, params string[] rules)
    {
        FirewallPolicy policy = Policy.Of(mode, rules);

        policy.Warnings.Should().HaveCount(warning is null ? 0 : 1);
        policy.Warnings.Where(problem => !problem.ToString().Contains(warning!, StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Fact]
    public void Neither_rules_nor_mode_is_an_error_that_names_the_ways_out()
    {
        Action build = () => new FirewallPolicyBuilder().Build();

        build.Should().Throw<PolicyValidationException>().WithMessage("EFW0001: *give --allow, --deny, --observe or --mode.");
    }

    [Fact]
    public void A_mode_that_does_not_exist_is_refused()
    {
        Action use = () => new FirewallPolicyBuilder().UseMode((PolicyMode)9);

        use.Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Every_problem_of_every_rule_is_reported_at_once()
    {
        Action build = () => Policy.Of("+a..b", "-10.0.0.1/8", "+https://x.test/", "+ok.test", "-");

        PolicyValidationException error = build.Should().Throw<PolicyValidationException>().Which;
        error.Problems.Should().HaveCount(4);
        error.Code.Should().Be("EFW0001");
        error.HelpLink.Should().Be("docs/errors/EFW0001.md");
        error.Message.Should().Contain("4 errors").And.Contain("a..b").And.Contain("10.0.0.0/8");
    }

    [Fact]
    public void Ids_are_given_by_place_and_must_differ()
    {
        FirewallPolicy policy = Policy.Of("+a.test", "-b.test", "+c.test id=mine");

        policy.Rules.Select(rule => rule.Id).Should().Equal("allow-1", "deny-2", "mine");
        Errors("+a.test id=x", "+b.test id=x").Should().ContainSingle().Which.Message.Should().Contain("id x belongs to \"a.test id=x\"");
        Errors("+a.test id=allow-2", "+b.test").Should().ContainSingle().Which.Message.Should().Contain("id allow-2");
    }

    [Theory]
    [InlineData("+example.com", "+EXAMPLE.com.")]
    [InlineData("-10.0.0.0/8", "-::ffff:10.0.0.0/104")]
    [InlineData("+a.test:80,443", "+a.test:443,80 comment=again")]
    [InlineData("+192.0.2.7", "+192.0.2.7/32")]
    public void Saying_the_same_twice_is_an_error_in_one_source_and_a_warning_in_two(string first, string second)
    {
        Errors(first, second).Should().ContainSingle().Which.Message.Should().Contain("says the same as");

        FirewallPolicy policy = TwoSources(first, second);

        policy.Warnings.Should().ContainSingle().Which.ToString().Should().Contain("says the same as").And.Contain("from one");
    }

    [Theory]
    [InlineData("+a.test", "-a.test")]
    [InlineData("+a.test:443", "-a.test:443")]
    [InlineData("+a.test:443", "-a.test:1-1000")]
    [InlineData("+*.a.test", "-a.test")]
    [InlineData("+=a.test", "-=a.test")]
    [InlineData("+=a.test:80", "-=a.test:80")]
    [InlineData("+tcp://10.0.0.0/8", "-tcp://10.0.0.0/8")]
    [InlineData("+10.0.0.0/8", "-10.0.0.0/8")]
    [InlineData("+loopback:80", "-loopback:80")]
    public void A_rule_that_can_never_match_is_an_error_in_one_source_and_a_warning_in_two(string dead, string winner)
    {
        PolicyProblem problem = Errors(dead, winner).Should().ContainSingle().Subject;
        FirewallPolicy policy = TwoSources(dead, winner);

        problem.RuleText.Should().Be(dead[1..]);
        problem.Message.Should().Contain($"can never match: \"{winner[1..]}\" (deny)");
        policy.Warnings.Should().ContainSingle().Which.RuleText.Should().Be(dead[1..]);
        TwoSources(winner, dead).Warnings.Should().ContainSingle().Which.RuleText.Should().Be(dead[1..]);
    }

    [Fact]
    public void Several_rules_together_can_leave_another_nothing()
    {
        Errors("+a.test", "-=a.test", "-*.a.test").Should().ContainSingle().Which.RuleText.Should().Be("a.test");
        Errors("+tcp://a.test:80-90", "-tcp://a.test:70-95", "-a.test:85").Should().ContainSingle().Which.RuleText.Should().Be("tcp://a.test:80-90");
        Errors("+a.test:80-90", "-a.test:80-85", "-a.test:86-90").Should().ContainSingle().Which.RuleText.Should().Be("a.test:80-90");
        Errors("+a.test:80", "-tcp://a.test:80", "-udp://a.test:80").Should().ContainSingle().Which.RuleText.Should().Be("a.test:80");
    }

    [Theory]
    [InlineData("+a.test:443", "-a.test")]
    [InlineData("-a.test:443", "+a.test")]
    [InlineData("+a.test", "-=a.test")]
    [InlineData("+a.test", "-*.a.test")]
    [InlineData("+=a.test", "-a.test")]
    [InlineData("+a.test:80,443", "-a.test:80")]
    [InlineData("+a.test:80", "-tcp://a.test:80")]
    [InlineData("+tcp://a.test", "-a.test")]
    [InlineData("+10.0.0.0/8", "-10.0.0.0/9")]
    [InlineData("+10.0.0.0/9", "-10.0.0.0/8")]
    [InlineData("+a.test:80", "+a.test")]
    [InlineData("+=loopback", "-loopback")]
    public void Exceptions_are_no_contradictions(string first, string second)
    {
        FirewallPolicy policy = Policy.Of(first, second);

        policy.Warnings.Should().BeEmpty();
    }

    [Fact]
    public void A_policy_counts_revisions_without_changing_otherwise()
    {
        FirewallPolicy policy = Policy.Of("+a.test");

        FirewallPolicy next = policy.WithRevision(7);

        (policy.Revision, next.Revision).Should().Be((1, 7));
        next.Rules.Should().Equal(policy.Rules);
        policy.Invoking(p => p.WithRevision(0)).Should().Throw<ArgumentOutOfRangeException>();
    }

    private static IReadOnlyList<PolicyProblem> Errors(params string[] rules)
    {
        Action build = () => Policy.Of(rules);
        return build.Should().Throw<PolicyValidationException>().Which.Problems;
    }

    private static FirewallPolicy TwoSources(string first, string second)
    {
        FirewallPolicyBuilder builder = new();
        foreach ((string rule, string source) in new[] { (first, "one"), (second, "two") })
        {
            _ = rule[0] == '+' ? builder.Allow(rule[1..], source) : builder.Deny(rule[1..], source);
        }

        return builder.Build();
    }
}
