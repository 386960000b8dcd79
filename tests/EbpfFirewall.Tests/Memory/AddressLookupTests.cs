using System.Net;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Policies;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Tests.Memory;

/// <summary>
/// The kernel's search through index and trees against a search that tries every network, with random policies: spread evenly, crowded
/// into a few corners, nested, at the edges of the address space.
/// </summary>
public sealed class AddressLookupTests
{
    private const int PoliciesOfASize = 6;

    public static TheoryData<int, bool, int> Shapes
    {
        get
        {
            TheoryData<int, bool, int> shapes = [];
            int seed = Environment.TickCount;
            foreach (int networks in (int[])[0, 1, 2, 7, 40, 300, 3000])
            {
                shapes.Add(networks, false, seed);
                shapes.Add(networks, true, seed);
            }

            return shapes;
        }
    }

    [KernelTheory]
    [MemberData(nameof(Shapes))]
    public void Every_address_finds_the_class_of_its_narrowest_network(int networks, bool ipv6, int seed)
    {
        var random = new Random(HashCode.Combine(networks, ipv6) ^ seed);
        for (int i = 0; i < PoliciesOfASize; i++)
        {
            CompiledPolicy policy = RandomNetworks.Policy(random, networks, ipv6);
            PolicyImage image = PolicyLab.Image(policy);
            using PolicyLab lab = PolicyLab.With(image);
            IPAddress[] addresses = RandomNetworks.Addresses(random, policy, ipv6, 500);

            (int Class, bool)[] answers = lab.Ask(addresses);

            for (int at = 0; at < addresses.Length; at++)
            {
                int expected = image.Terms.Number(policy.ClassOf(addresses[at]));
                answers[at].Class.Should().Be(expected, "{0} (seed {1}, {2} networks)", addresses[at], seed, networks);
            }
        }
    }

    [KernelFact]
    public void A_policy_of_many_networks_in_one_corner_grows_levels_and_stays_exact()
    {
        FirewallPolicyBuilder builder = new();
        for (int i = 0; i < 4096; i++)
        {
            builder.Allow($"10.0.{i / 128}.{i % 128 * 2}").Allow($"2001:db8::{i * 2:x}");
        }

        CompiledPolicy policy = builder.Build().Compile();
        PolicyImage image = PolicyLab.Image(policy);
        using PolicyLab lab = PolicyLab.With(image);
        IPAddress[] addresses =
        [
            .. Enumerable.Range(0, 8192).Select(i => IPAddress.Parse($"10.0.{i / 256}.{i % 256}")),
            .. Enumerable.Range(0, 8192).Select(i => IPAddress.Parse($"2001:db8::{i:x}")),
        ];

        int[] classes = [.. lab.Ask(addresses).Select(answer => answer.Class)];

        classes.Should().Equal(addresses.Select(address => (int)image.Terms.Number(policy.ClassOf(address))));
        classes.Count(found => found != 0).Should().Be(8192, "every second address is named");
    }
}
