using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Tests.Memory;

public sealed class TermLinesTests
{
    [Fact]
    public void Rules_that_say_the_same_share_a_class_only_where_numbers_run_out()
    {
        CompiledPolicy few = Policy(100);
        CompiledPolicy many = Policy(70_000);

        TermLines own = TermLines.Create(few, Numbers(few));
        TermLines shared = TermLines.Create(many, Numbers(many));

        few.Classes.Select(own.Number).Should().OnlyHaveUniqueItems();
        many.Classes.Select(shared.Number).Distinct().Should().HaveCountLessThan(10);
    }

    [Fact]
    public void More_different_port_sets_than_there_are_numbers_are_refused_with_advice()
    {
        FirewallPolicyBuilder builder = new();
        for (int i = 0; i < 66_000; i++)
        {
            builder.Allow($"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}:{(i % 60_000) + 1},{((i / 60_000) + (i % 60_000) + 2) % 65_535}");
        }

        CompiledPolicy policy = builder.Build().Compile();

        FluentActions.Invoking(() => TermLines.Create(policy, Numbers(policy)))
            .Should().Throw<EgressFirewallException>().Where(error => error.Code == ErrorCodes.PolicyTooLarge).WithMessage("*same ports*");
    }

    private static int[] Numbers(CompiledPolicy policy) => [.. Enumerable.Range(0, policy.Policy.Rules.Length)];

    private static CompiledPolicy Policy(int addresses)
    {
        FirewallPolicyBuilder builder = new();
        for (int i = 0; i < addresses; i++)
        {
            builder.Allow($"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}");
        }

        return builder.Build().Compile();
    }
}
