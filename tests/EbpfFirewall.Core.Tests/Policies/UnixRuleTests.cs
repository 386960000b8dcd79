using EbpfFirewall.Policies;

namespace EbpfFirewall.Core.Tests.Policies;

/// <summary>Which rule decides about a unix socket.</summary>
public sealed class UnixRuleTests
{
    private static readonly CompiledPolicy Policy = new FirewallPolicyBuilder()
        .Allow("unix:/run/**")
        .Deny("unix:/run/user/**")
        .Allow("unix:/run/user/1/bus")
        .Allow("unix:@begin**")
        .Deny("unix:@begin-not")
        .Build()
        .Compile();

    [Theory]
    [InlineData("/run/x", false, "unix:/run/**")]
    [InlineData("/run/a/b", false, "unix:/run/**")]
    [InlineData("/run/", false, null)]
    [InlineData("/run", false, null)]
    [InlineData("/runx", false, null)]
    [InlineData("/run/user/1", false, "unix:/run/user/**")]
    [InlineData("/run/user/1/bus", false, "unix:/run/user/1/bus")]
    [InlineData("/run/user/1/bus2", false, "unix:/run/user/**")]
    [InlineData("begin-with", true, "unix:@begin**")]
    [InlineData("begin", true, null)]
    [InlineData("begin-not", true, "unix:@begin-not")]
    [InlineData("/run/x", true, null)]
    [InlineData("begin-with", false, null)]
    public void The_name_itself_comes_first_then_the_longest_beginning(string name, bool isAbstract, string? rule)
    {
        CompiledUnixRule? found = Policy.FindUnixRule(name, isAbstract);

        (found is { } decisive ? Policy.Policy.Rules[decisive.RuleIndex].Text : null).Should().Be(rule);
    }

    [Fact]
    public void A_denial_comes_before_an_allowance_in_another_source()
    {
        CompiledPolicy policy = new FirewallPolicyBuilder().Allow("unix:/x").Deny("unix:/x", "file").Build().Compile();

        policy.FindUnixRule("/x", isAbstract: false)!.Value.Action.Should().Be(RuleAction.Deny);
    }

    [Theory]
    [InlineData(PolicyMode.BlockAll)]
    [InlineData(PolicyMode.Disabled)]
    public void Where_no_rule_is_asked_there_is_none(PolicyMode mode) =>
        new FirewallPolicyBuilder().Allow("unix:/x").UseMode(mode).Build().Compile().UnixRules.Should().BeEmpty();
}
