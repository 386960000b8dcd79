using EbpfFirewall.Core.Tests.Support;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Core.Tests.Policies;

public sealed class NameDecisionTests
{
    [Theory]
    [InlineData("+example.com", "example.com", true)]
    [InlineData("+example.com", "www.example.com", true)]
    [InlineData("+example.com", "a.b.c.example.com", true)]
    [InlineData("+example.com", "EXAMPLE.Com", true)]
    [InlineData("+EXAMPLE.com.", "example.com", true)]
    [InlineData("+example.com", "notexample.com", false)]
    [InlineData("+example.com", "example.com.evil.test", false)]
    [InlineData("+example.com", "com", false)]
    [InlineData("+example.com", "", false)]
    [InlineData("+=example.com", "example.com", true)]
    [InlineData("+=example.com", "www.example.com", false)]
    [InlineData("+*.example.com", "example.com", false)]
    [InlineData("+*.example.com", "www.example.com", true)]
    [InlineData("+*.example.com", "a.www.example.com", true)]
    [InlineData("+bücher.example", "xn--bcher-kva.example", true)]
    [InlineData("-example.com", "example.com", false)]
    [InlineData("-example.com", "www.example.com", false)]
    [InlineData("-example.com", "example.org", true)]
    [InlineData("-=example.com", "www.example.com", true)]
    [InlineData("-example.com:443", "example.com", true)]
    [InlineData("-tcp://example.com", "example.com", true)]
    public void A_name_resolves_when_something_about_it_is_reachable(string rule, string name, bool resolves)
    {
        CompiledPolicy policy = Policy.Of(rule).Compile();

        NameDecision decision = policy.DecideName(WireName.Of(name));

        decision.Resolves.Should().Be(resolves);
    }

    [Fact]
    public void Octets_outside_ASCII_stand_for_themselves()
    {
        CompiledPolicy policy = Policy.Of("+example.com").Compile();

        policy.DecideName([1, 0x00, 7, .. "example"u8, 3, .. "com"u8, 0]).Resolves.Should().BeTrue();
        policy.DecideName([8, .. "exampl"u8, 0xC5, 0x00, 3, .. "com"u8, 0]).Resolves.Should().BeFalse();
        policy.DecideName([7, .. "e"u8, (byte)'X' ^ 0x80, .. "ample"u8, 3, .. "com"u8, 0]).Resolves.Should().BeFalse();
        policy.DecideName([7, .. "EXAMPLE"u8, 3, .. "c\u000fm"u8, 0]).Resolves.Should().BeFalse();
    }

    [Fact]
    public void What_is_no_name_does_not_resolve()
    {
        CompiledPolicy policy = Policy.Of("-example.com").Compile();
        byte[] tooLong = [.. Enumerable.Repeat<byte[]>([1, (byte)'a'], 128).SelectMany(label => label), 0];
        byte[] longest = [.. Enumerable.Repeat<byte[]>([1, (byte)'a'], 127).SelectMany(label => label), 0];

        policy.DecideName([]).Resolves.Should().BeFalse();
        policy.DecideName([3, .. "com"u8]).Resolves.Should().BeFalse();
        policy.DecideName([3, .. "co"u8]).Resolves.Should().BeFalse();
        policy.DecideName([0xC0, 0x0C]).Resolves.Should().BeFalse();
        policy.DecideName([64, .. new byte[64], 0]).Resolves.Should().BeFalse();
        policy.DecideName(tooLong).Resolves.Should().BeFalse();
        policy.DecideName(longest).Resolves.Should().BeTrue();
    }

    [Theory]
    [InlineData("com", true)]
    [InlineData("", true)]
    [InlineData("example.com", true)]
    [InlineData("x.example.com", true)]
    [InlineData("a.x.example.com", false)]
    [InlineData("org", false)]
    [InlineData("other.com", false)]
    [InlineData("example.net", true)]
    public void A_denied_name_tells_whether_a_name_below_it_resolves(string name, bool expected)
    {
        CompiledPolicy policy = Policy.Of("+=y.x.example.com", "+*.example.net").Compile();

        NameDecision decision = policy.DecideName(WireName.Of(name));

        decision.Resolves.Should().BeFalse();
        decision.HasAllowedDescendant.Should().Be(expected);
    }

    [Fact]
    public void In_a_deny_list_a_name_denied_alone_has_allowed_descendants()
    {
        CompiledPolicy policy = Policy.Of("-=example.com", "-example.org").Compile();

        policy.DecideName(WireName.Of("example.com")).Should().Be(new NameDecision(false, default, 0, true) with
        {
            Class = policy.DecideName(WireName.Of("example.org")).Class,
        });
        policy.DecideName(WireName.Of("example.org")).HasAllowedDescendant.Should().BeFalse();
    }

    [Theory]
    [InlineData(PolicyMode.BlockAll, false)]
    [InlineData(PolicyMode.Disabled, true)]
    [InlineData(PolicyMode.AllowList, true)]
    [InlineData(PolicyMode.Observe, true)]
    public void The_mode_may_decide_alone(PolicyMode mode, bool resolves)
    {
        CompiledPolicy policy = Policy.Of(mode, "+example.com").Compile();

        policy.DecideName(WireName.Of("example.com")).Resolves.Should().Be(resolves);
        policy.DecideName(WireName.Of("example.org")).Resolves.Should().Be(mode == PolicyMode.Disabled);
    }

    [Fact]
    public void The_longer_name_decides_and_shorter_ones_fill_what_it_leaves_open()
    {
        CompiledPolicy policy = Policy.Of("+example.com", "-www.example.com:80", "+=a.www.example.com:80").Compile();

        NameDecision www = policy.DecideName(WireName.Of("x.www.example.com"));
        NameDecision a = policy.DecideName(WireName.Of("a.www.example.com"));

        Terms(policy, www).Should().Equal(
            new PolicyTerm(80, 80, TransportProtocols.TcpAndUdp, TermVerdict.Deny, 1),
            new PolicyTerm(0, 65535, TransportProtocols.TcpAndUdp, TermVerdict.Allow, 0));
        www.RuleIndex.Should().Be(0);
        a.RuleIndex.Should().Be(2);
        Terms(policy, a).Select(term => term.Verdict).Should().Equal(TermVerdict.Allow);
    }

    [Fact]
    public void Names_with_the_same_meaning_share_one_class()
    {
        CompiledPolicy policy = Policy.Of("+a.test:80,443", "+b.test:443", "+b.test:80", "+c.test").Compile();

        NameDecision a = policy.DecideName(WireName.Of("a.test"));
        NameDecision b = policy.DecideName(WireName.Of("x.b.test"));
        NameDecision c = policy.DecideName(WireName.Of("c.test"));

        b.Class.Should().Be(a.Class);
        b.RuleIndex.Should().Be(1);
        c.Class.Should().NotBe(a.Class);
    }

    private static PolicyTerm[] Terms(CompiledPolicy policy, NameDecision decision) =>
        policy.Terms.AsSpan().Slice(decision.Class.First, decision.Class.Count).ToArray();
}
