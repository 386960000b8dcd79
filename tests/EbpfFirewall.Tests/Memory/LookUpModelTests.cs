using System.Diagnostics;
using System.Net;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Policies;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Memory;

/// <summary>The kernel's search against one that tries every network, for very many small policies (with EFW_FULL=1: a million).</summary>
public sealed class LookUpModelTests
{
    private const int NetworksMax = 24;
    private const int OtherAddresses = 16;
    private const uint LabLines = 1 << 17;

    [KernelTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_address_of_any_policy_is_answered_otherwise(bool ipv6)
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        int policies = FullRun.Choose(full: 500_000, quick: 2_000);
        long asked = 0;
        long began = Stopwatch.GetTimestamp();
        var lab = new PolicyLab(LabLines);

        for (int i = 0; i < policies; i++)
        {
            CompiledPolicy policy = RandomNetworks.Policy(random, random.Next(NetworksMax + 1), ipv6);
            PolicyImage image = PolicyLab.Image(policy);
            if (!lab.TryUse(image))
            {
                lab.Dispose();
                lab = new PolicyLab(LabLines);
                lab.TryUse(image).Should().BeTrue("a new array has room");
            }

            IPAddress[] addresses = RandomNetworks.Addresses(random, policy, ipv6, OtherAddresses);
            (int Class, bool)[] answers = lab.Ask(addresses);
            for (int at = 0; at < addresses.Length; at++)
            {
                if (answers[at].Class != image.Terms.Number(policy.ClassOf(addresses[at])))
                {
                    Assert.Fail($"{addresses[at]}: class {answers[at].Class} instead of {image.Terms.Number(policy.ClassOf(addresses[at]))} (seed {seed}, policy {i})");
                }
            }

            asked += addresses.Length;
        }

        lab.Dispose();
        if (FullRun.IsAsked)
        {
            LookUpModelResults.Write(ipv6, policies, asked, Stopwatch.GetElapsedTime(began));
        }
    }
}
