using EbpfFirewall.Core.Tests.Support;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Core.Tests.Policies;

public sealed class RuleListTests
{
    [Theory]
    [InlineData("a.test", "a.test")]
    [InlineData("a.test,10.0.0.0/8", "a.test", "10.0.0.0/8")]
    [InlineData(" a.test , b.test ", "a.test", "b.test")]
    [InlineData("\"a.test:80,443\",b.test", "a.test:80,443", "b.test")]
    [InlineData("b.test,\"a.test:80,443\"", "b.test", "a.test:80,443")]
    [InlineData("a.test comment=\"x, y\",b.test", "a.test comment=\"x, y\"", "b.test")]
    [InlineData("\"a.test:80,443 comment=\\\"x, y\\\"\",b.test", "a.test:80,443 comment=\"x, y\"", "b.test")]
    public void A_list_splits_at_its_commas_and_not_inside_quotes(string list, params string[] rules)
    {
        FirewallPolicy policy = new FirewallPolicyBuilder().AllowList(list).Build();

        policy.Rules.Select(rule => rule.Text).Should().Equal(rules);
        policy.Rules.Should().OnlyContain(rule => rule.Source == "--allow-list" && rule.Action == RuleAction.Allow);
    }

    [Theory]
    [InlineData("", "empty rule", "comma")]
    [InlineData(",a.test", "empty rule", "comma")]
    [InlineData("a.test,", "empty rule", "comma")]
    [InlineData("a.test,,b.test", "empty rule", "comma")]
    [InlineData("a.test:80,443", "only a port", "\"a.test:80,443\"")]
    [InlineData("a.test:80,8000-8100", "only a port", "\"a.test:80,8000-8100\"")]
    [InlineData("GET,HEAD https://a.test/", "only a method", "\"GET,HEAD https://a.test/\"")]
    [InlineData("\"a.test", "closing quote", "double quote")]
    [InlineData("\"a.test\"x", "behind the closing quote", "comma")]
    [InlineData("\"\"", "rule is empty", "remove it")]
    public void A_stray_piece_is_an_error_that_says_so(string list, string message, string remedy)
    {
        Action build = () => new FirewallPolicyBuilder().DenyList(list).Build();

        PolicyProblem first = build.Should().Throw<PolicyValidationException>().Which.Problems[0];
        first.Message.Should().Contain(message);
        first.Remedy.Should().Contain(remedy);
        first.Source.Should().Be("--block-list");
    }

    [Fact]
    public void The_rules_of_allow_and_deny_are_never_split()
    {
        Policy.Of("+a.test:80,443").Rules.Should().ContainSingle();
    }
}
