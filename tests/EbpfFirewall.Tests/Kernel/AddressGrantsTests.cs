using System.Net;
using EbpfFirewall.Kernel;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;
using EbpfFirewall.Policies;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Tests.Kernel;

/// <summary>Grants against a real map, which is small enough to be full.</summary>
public sealed class AddressGrantsTests : IDisposable
{
    private const ulong Second = 1_000_000_000;
    private const int Room = 2;
    private static readonly IPAddress First = IPAddress.Parse("192.0.2.1");
    private static readonly TermClass Web = new(0, 1);
    private readonly BpfMap? _map;
    private readonly AddressGrants? _grants;
    private ulong _now = 100 * Second;

    public AddressGrantsTests()
    {
        if (KernelRequirement.ReasonToSkip is null)
        {
            _map = BpfMap.Create(new BpfMapSpec("learned", BpfMapType.Hash, 16, 96, Room));
            _grants = new AddressGrants(Learned, () => _now);
        }
    }

    private AddressGrants Grants => _grants!;

    private BpfMap<AddressRecord, LearnedRecord> Learned => _map!.As<AddressRecord, LearnedRecord>();

    [KernelFact]
    public void A_grant_is_in_force_when_the_call_returns()
    {
        Grants.TryGrant("a.test", First, Web, TimeSpan.FromSeconds(30)).Should().BeTrue();

        Learned.TryGetValue(AddressRecord.From(First), out LearnedRecord record).Should().BeTrue();
        record.Lease[0].Should().Be(new LeaseRecord(130 * Second, new ClassRecord(0, 1)));
        Grants.NamesFor(AddressRecord.From(First)).Should().Equal("a.test");
    }

    [KernelFact]
    public void A_name_that_says_nothing_about_ports_is_remembered_and_opens_nothing()
    {
        Grants.TryGrant("a.test", First, default, TimeSpan.FromSeconds(30)).Should().BeTrue();

        Learned.Enumerate().Should().BeEmpty();
        Grants.NamesFor(AddressRecord.From(First)).Should().Equal("a.test");
    }

    [KernelFact]
    public void With_the_table_full_there_is_no_grant_and_it_is_counted()
    {
        Fill(Room);

        Grants.TryGrant("late.test", IPAddress.Parse("192.0.2.200"), Web, TimeSpan.FromSeconds(30)).Should().BeFalse();

        Grants.Refused.Should().Be(1);
        Grants.NamesFor(AddressRecord.From(IPAddress.Parse("192.0.2.200"))).Should().BeEmpty();
        Grants.TryGrant("again.test", First, Web, TimeSpan.FromSeconds(60)).Should().BeTrue("that address has its place");
    }

    [KernelFact]
    public void With_all_slots_of_an_address_taken_there_is_no_grant()
    {
        for (int i = 0; i < LeaseSlots.Length; i++)
        {
            Grants.TryGrant($"{i}.test", First, new TermClass(i, 1), TimeSpan.FromSeconds(30)).Should().BeTrue();
        }

        Grants.TryGrant("late.test", First, new TermClass(50, 1), TimeSpan.FromSeconds(30)).Should().BeFalse();

        Grants.Refused.Should().Be(1);
    }

    [KernelFact]
    public void What_has_expired_makes_room_and_its_names_stay_a_minute_longer()
    {
        Fill(Room);
        _now += 30 * Second;

        Grants.RemoveExpired();

        Learned.Enumerate().Should().BeEmpty();
        Grants.NamesFor(AddressRecord.From(First)).Should().Equal("0.test");
        Grants.TryGrant("late.test", IPAddress.Parse("192.0.2.200"), Web, TimeSpan.FromSeconds(30)).Should().BeTrue();
        _now += 61 * Second;
        Grants.RemoveExpired();
        Grants.NamesFor(AddressRecord.From(First)).Should().BeEmpty();
    }

    [KernelFact]
    public void What_still_lives_is_left_alone()
    {
        Fill(Room);
        Grants.TryGrant("long.test", First, new TermClass(1, 1), TimeSpan.FromSeconds(90));
        _now += 60 * Second;

        Grants.RemoveExpired();

        Learned.Enumerate().Should().ContainSingle().Which.Key.Should().Be(AddressRecord.From(First));
    }

    public void Dispose() => _map?.Dispose();

    private void Fill(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Grants.TryGrant($"{i}.test", IPAddress.Parse($"192.0.2.{i + 1}"), Web, TimeSpan.FromSeconds(30)).Should().BeTrue();
        }
    }
}
