using System.Net;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Kernel;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Policies;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Memory;

namespace EbpfFirewall.Tests.Kernel;

/// <summary>Grants against the memory that the kernel reads; a tick is a second.</summary>
public sealed class AddressGrantsTests : IDisposable
{
    private const ulong Second = 1_000_000_000;
    private const int Room = 4;
    private static readonly IPAddress First = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Second2 = IPAddress.Parse("2001:db8::2");
    private readonly PolicyLab? _lab;
    private readonly AddressGrants? _grants;
    private ulong _now = 100 * Second;

    public AddressGrantsTests()
    {
        if (KernelRequirement.ReasonToSkip is null)
        {
            _lab = new PolicyLab(8192) { LearnedRoom = 64 };
            _grants = new AddressGrants(
                _lab, Image("*.test", "silent.example:80"), () => _now, () => _now / Second, time => time / Second, Room);
        }
    }

    private AddressGrants Grants => _grants!;

    [KernelFact]
    public void A_grant_is_in_force_when_the_call_returns()
    {
        Grant("a.test", First).Should().BeTrue();
        Grant("b.test", Second2).Should().BeTrue();

        _lab!.Ask([First, Second2, IPAddress.Parse("192.0.2.9")]).Select(answer => answer.IsLearned).Should().Equal(true, true, false);
        Grants.NamesFor(AddressRecord.From(First)).Should().Equal("a.test");
    }

    [KernelFact]
    public void A_name_that_the_policy_does_not_open_gets_nothing()
    {
        Grant("a.example", First).Should().BeFalse();

        IsLearned(First).Should().BeFalse();
        Grants.NamesFor(AddressRecord.From(First)).Should().BeEmpty();
    }

    [KernelFact]
    public void An_alias_has_the_rights_of_the_name_that_led_to_it()
    {
        Grant("cdn.example", First, origin: "www.test").Should().BeTrue();

        IsLearned(First).Should().BeTrue();
        Grants.NamesFor(AddressRecord.From(First)).Should().Equal("cdn.example");
    }

    [KernelFact]
    public void With_the_table_full_there_is_no_grant_and_it_is_counted()
    {
        Fill();

        Grant("late.test", IPAddress.Parse("192.0.2.200")).Should().BeFalse();

        Grants.Refused.Should().Be(1);
        Grant("again.test", First).Should().BeTrue("that address has its place");
    }

    [KernelFact]
    public void What_ended_a_while_ago_makes_room_when_it_is_needed()
    {
        Fill();
        _now += 91 * Second;

        Grant("late.test", IPAddress.Parse("192.0.2.200")).Should().BeTrue();

        IsLearned(IPAddress.Parse("192.0.2.200")).Should().BeTrue();
        IsLearned(First).Should().BeFalse();
        Grants.Count.Should().Be(1);
    }

    [KernelFact]
    public void Names_stay_a_minute_longer_than_their_grants_and_the_last_one_as_long_as_the_address()
    {
        Grant("a.test", First);
        Grant("b.test", First, seconds: 60);
        _now += 91 * Second;

        Grants.RemoveExpired();

        Grants.NamesFor(AddressRecord.From(First)).Should().Equal("b.test");
        _now += 1000 * Second;
        Grants.RemoveExpired();
        Grants.NamesFor(AddressRecord.From(First)).Should().Equal("b.test");
    }

    [KernelFact]
    public void A_new_policy_keeps_what_both_open_and_takes_the_rest_away()
    {
        Grant("a.test", First);
        Grant("b.test", Second2);
        Grant("cdn.example", IPAddress.Parse("192.0.2.7"), origin: "a.test");

        Grants.Use(Image("a.test"));

        IsLearned(First).Should().BeTrue();
        IsLearned(Second2).Should().BeFalse();
        IsLearned(IPAddress.Parse("192.0.2.7")).Should().BeTrue("it is an alias of what both open");
        Grant("b.test", Second2).Should().BeFalse();
        Grants.Use(Image("*.test"));
        IsLearned(Second2).Should().BeTrue("its grant has not ended, and the name may be used again");
    }

    [KernelFact]
    public void An_alias_that_a_rule_denies_closes_what_another_name_opened()
    {
        Grants.Use(PolicyLab.Image(new FirewallPolicyBuilder().Allow("*.test").Deny("cdn.example").Build().Compile()));
        Grant("a.test", First).Should().BeTrue();
        Ends(First).Should().BeFalse();

        Grant("cdn.example", First).Should().BeTrue("what it denies is noted, and the answer stands");

        Ends(First).Should().BeTrue();
    }

    [KernelFact]
    public void A_deny_list_that_denies_a_name_closes_the_addresses_that_it_has_led_to()
    {
        Grants.Use(PolicyLab.Image(new FirewallPolicyBuilder().Deny("b.test").Build().Compile()));
        Grant("a.test", First).Should().BeTrue();
        (IsLearned(First), Ends(First)).Should().Be((false, false));
        _now += 1000 * Second;
        Grants.RemoveExpired();

        Grants.Use(PolicyLab.Image(new FirewallPolicyBuilder().Deny("a.test").Build().Compile()));

        (IsLearned(First), Ends(First)).Should().Be((true, true));
    }

    [KernelFact]
    public void A_refused_policy_leaves_everything_as_it_was()
    {
        Grant("a.test", First);
        string[] rules = [.. Enumerable.Range(0, 20_000).Select(i => $"10.{i >> 12}.{(i >> 4) & 255}.{(i & 15) * 2}")];

        FluentActions.Invoking(() => Grants.Use(Image(rules))).Should().Throw<EgressFirewallException>();

        IsLearned(First).Should().BeTrue();
        Grant("b.test", Second2).Should().BeTrue();
    }

    [KernelTheory]
    [InlineData("a.test", 443, false)]
    [InlineData("a.test:443", 443, false)]
    [InlineData("a.test:443", 80, true)]
    [InlineData("b.test", 443, true)]
    [InlineData("192.0.2.0/24", 443, false)]
    [InlineData("192.0.2.0/24:80", 443, true)]
    public void A_connection_ends_when_the_new_policy_does_not_open_its_destination(string allowed, int port, bool ends)
    {
        Grant("a.test", First);

        Grants.Use(Image(allowed));
        _now += 1000 * Second;

        Grants.Ends(new EndpointRecord(AddressRecord.From(First), (ushort)port, 6, 0)).Should().Be(ends);
    }

    public void Dispose() => _lab?.Dispose();

    private static PolicyImage Image(params string[] allowed)
    {
        FirewallPolicyBuilder builder = new();
        Array.ForEach(allowed, rule => builder.Allow(rule));
        return PolicyLab.Image(builder.Build().Compile());
    }

    private static byte[] Wire(string name) =>
        [.. name.Split('.').SelectMany(label => new[] { (byte)label.Length }.Concat(System.Text.Encoding.ASCII.GetBytes(label))), 0];

    private bool Grant(string name, IPAddress address, string? origin = null, int seconds = 30) =>
        Grants.TryGrant(new NameAnswer(name, Wire(origin ?? name), default, TimeSpan.FromSeconds(seconds)), address);

    private bool Ends(IPAddress address) => Grants.Ends(new EndpointRecord(AddressRecord.From(address), 443, 6, 0));

    private bool IsLearned(IPAddress address) => _lab!.Ask([address])[0].IsLearned;

    private void Fill()
    {
        for (int i = 0; i < Room; i++)
        {
            Grant($"{i}.test", IPAddress.Parse($"192.0.2.{i + 1}")).Should().BeTrue();
        }
    }
}
