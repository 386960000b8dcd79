using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Tests.Memory;

public sealed class ExecutableNumbersTests
{
    [Fact]
    public void A_program_keeps_its_number_while_rules_name_it()
    {
        ExecutableNumbers numbers = new();

        numbers.Next(Policy("/bin/a", "/bin/b")).Should().Equal(1, 2);
        numbers.Next(Policy("/bin/c", "/bin/b")).Should().Equal(3, 2);
    }

    [Fact]
    public void A_number_is_given_to_another_only_after_one_more_policy()
    {
        ExecutableNumbers numbers = new();
        numbers.Next(Policy("/bin/a"));

        numbers.Next(Policy("/bin/b")).Should().Equal(2);
        numbers.Next(Policy("/bin/c")).Should().Equal(3);
        numbers.Next(Policy("/bin/d")).Should().Equal(1);
    }

    private static FirewallPolicy Policy(params string[] paths)
    {
        FirewallPolicyBuilder builder = new();
        foreach (string path in paths)
        {
            builder.Allow($"example.com exe={path}");
        }

        return builder.Build();
    }
}
