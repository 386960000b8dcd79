using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Tests.Memory;

public sealed class RuleNumbersTests
{
    private readonly RuleNumbers _numbers = new();

    [Fact]
    public void A_rule_keeps_its_number_wherever_it_stands_in_the_next_policy()
    {
        RuleNumbering first = Apply("a.test", "b.test");

        RuleNumbering second = Apply("c.test", "b.test", "a.test");

        second.ByIndex[1].Should().Be(first.ByIndex[1]);
        second.ByIndex[2].Should().Be(first.ByIndex[0]);
        second.Fresh.Should().Equal(second.ByIndex[0]);
    }

    [Fact]
    public void The_number_of_a_rule_that_is_gone_rests_for_one_policy()
    {
        int gone = Apply("a.test", "b.test").ByIndex[0];

        Apply("b.test", "c.test").ByIndex.Should().NotContain(gone);
        _numbers.Find(gone)!.Text.Should().Be("a.test", "a late event may name it");
        Apply("b.test", "c.test", "d.test").ByIndex.Should().NotContain(gone);
        Apply("b.test", "c.test", "d.test", "e.test").ByIndex.Should().Contain(gone);
        _numbers.Find(gone)!.Text.Should().Be("e.test");
    }

    [Fact]
    public void What_was_prepared_and_never_came_into_force_takes_no_number_away()
    {
        RuleNumbering before = Apply("a.test");

        _numbers.Prepare(Policy("b.test"));
        RuleNumbering after = Apply("a.test");

        after.ByIndex.Should().Equal(before.ByIndex);
        _numbers.Find(before.ByIndex[0])!.Text.Should().Be("a.test");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(-2)]
    [InlineData(99)]
    public void A_number_that_was_never_given_is_no_rule(int number)
    {
        Apply("a.test");

        _numbers.Find(number).Should().BeNull();
    }

    private RuleNumbering Apply(params string[] rules)
    {
        RuleNumbering numbering = _numbers.Prepare(Policy(rules));
        _numbers.Commit(numbering);
        return numbering;
    }

    private static FirewallPolicy Policy(params string[] rules)
    {
        FirewallPolicyBuilder builder = new();
        Array.ForEach(rules, rule => builder.Allow(rule));
        return builder.Build();
    }
}
