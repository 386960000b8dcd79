using System.Globalization;
using System.Net;
using EbpfFirewall.Core.Tests.Support;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Core.Tests.Policies;

/// <summary>Sizes at which anything that grows faster than the rules would be felt.</summary>
public sealed class LargePolicyTests
{
    private const int Count = 20_000;

    [Fact]
    public void Many_names_are_found_among_many()
    {
        FirewallPolicyBuilder builder = new();
        for (int i = 0; i < Count; i++)
        {
            builder.Allow(Name(i));
        }

        CompiledPolicy policy = builder.Build().Compile();

        for (int i = 0; i < Count; i++)
        {
            NameDecision decision = policy.DecideName(WireName.Of("www." + Name(i)));
            (decision.Resolves, decision.RuleIndex).Should().Be((true, i));
        }

        policy.DecideName(WireName.Of("www." + Name(Count))).Resolves.Should().BeFalse();
        policy.Terms.Should().HaveCountLessThan(100, "names that mean the same share their terms");
    }

    [Fact]
    public void Many_networks_keep_their_rules()
    {
        FirewallPolicyBuilder builder = new();
        for (int i = 0; i < Count; i++)
        {
            builder.Deny(string.Create(CultureInfo.InvariantCulture, $"10.{i >> 8}.{i & 255}.0/24:443"));
        }

        CompiledPolicy policy = builder.Allow("10.0.0.0/8").Build().Compile();

        for (int i = 0; i < Count; i += 500)
        {
            CompiledNetwork network = policy.Networks.Single(IsNumber(i));
            policy.Terms.AsSpan().Slice(network.Class.First, network.Class.Count).ToArray().Select(term => term.RuleIndex).Should().Equal(i, Count);
        }

        static Func<CompiledNetwork, bool> IsNumber(int i) =>
            entry => entry.Network == new IPNetwork(new IPAddress([10, (byte)(i >> 8), (byte)i, 0]), 24);
    }

    [Fact]
    public void Many_rules_for_one_name_are_checked_and_compiled()
    {
        FirewallPolicyBuilder builder = new();
        for (int port = 1; port <= Count; port++)
        {
            builder.Allow(string.Create(CultureInfo.InvariantCulture, $"example.com:{port * 2}"));
        }

        NameDecision decision = builder.Build().Compile().DecideName(WireName.Of("example.com"));

        decision.Class.Count.Should().Be(Count);
    }

    [Fact]
    public void A_look_up_of_a_name_does_not_allocate()
    {
        CompiledPolicy policy = Policy.Of("+example.com", "-=a.b.c.example.com", "+*.test:80").Compile();
        byte[][] names = [WireName.Of("a.b.c.example.com"), WireName.Of("x.test"), WireName.Of("other.org"), [1], WireName.Of("")];
        foreach (byte[] name in names)
        {
            policy.DecideName(name);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (byte[] name in names)
        {
            policy.DecideName(name);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    private static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"host{i}.zone{i % 97}.example");
}
