using EbpfFirewall.Kernel;
using EbpfFirewall.Kernel.Records;

namespace EbpfFirewall.Tests.Kernel;

public sealed class GrantedAddressTests
{
    private static readonly ClassRecord Web = new(0, 2);

    [Fact]
    public void A_lease_takes_the_first_free_slot()
    {
        LearnedRecord? record = new GrantedAddress().WithLease(Web, now: 10, expires: 100);

        record!.Value.Lease[0].Should().Be(new LeaseRecord(100, Web));
        record.Value.Lease[1].Should().Be(default(LeaseRecord));
    }

    [Fact]
    public void A_lease_is_extended_in_its_own_slot()
    {
        GrantedAddress address = Leased((Web, 100));

        LearnedRecord? record = address.WithLease(Web, now: 10, expires: 200);

        record!.Value.Lease[0].Should().Be(new LeaseRecord(200, Web));
        record.Value.Lease[1].Should().Be(default(LeaseRecord));
    }

    [Fact]
    public void A_lease_is_never_shortened()
    {
        GrantedAddress address = Leased((Web, 100));

        address.WithLease(Web, now: 10, expires: 50)!.Value.Lease[0].ExpiresNs.Should().Be(100);
    }

    [Fact]
    public void A_class_is_found_behind_a_slot_that_has_expired()
    {
        GrantedAddress address = Leased((new ClassRecord(9, 1), 20), (Web, 100));

        LearnedRecord? record = address.WithLease(Web, now: 50, expires: 200);

        record!.Value.Lease[0].ExpiresNs.Should().Be(20);
        record.Value.Lease[1].Should().Be(new LeaseRecord(200, Web));
    }

    [Fact]
    public void A_slot_that_has_expired_is_used_again()
    {
        GrantedAddress address = Leased((new ClassRecord(9, 1), 100), (new ClassRecord(8, 1), 20));

        LearnedRecord? record = address.WithLease(Web, now: 20, expires: 200);

        record!.Value.Lease[1].Should().Be(new LeaseRecord(200, Web));
    }

    [Fact]
    public void With_every_slot_taken_there_is_none()
    {
        GrantedAddress address = Leased([.. Enumerable.Range(0, LeaseSlots.Length).Select(i => (new ClassRecord((uint)i, 1), 100ul))]);

        address.WithLease(new ClassRecord(50, 1), now: 10, expires: 200).Should().BeNull();
        address.WithLease(new ClassRecord(3, 1), now: 10, expires: 200).Should().NotBeNull("its own slot is there");
    }

    [Fact]
    public void It_lives_as_long_as_its_longest_lease()
    {
        GrantedAddress address = Leased((Web, 100), (new ClassRecord(8, 1), 300));

        address.LivesAt(299).Should().BeTrue();
        address.LivesAt(300).Should().BeFalse();
        address.HasLease.Should().BeTrue();
    }

    [Fact]
    public void Without_leases_it_holds_nothing()
    {
        GrantedAddress address = Leased((Web, 100));

        address.ForgetLeases();

        address.HasLease.Should().BeFalse();
    }

    [Fact]
    public void Names_stand_once_in_the_order_in_which_they_first_came()
    {
        var address = new GrantedAddress();

        address.AddName("b.test", 100);
        address.AddName("a.test", 200);
        address.AddName("b.test", 50);

        address.Names.Should().Equal("b.test", "a.test");
    }

    [Fact]
    public void Names_go_a_while_after_their_longest_grant()
    {
        var address = new GrantedAddress();
        address.AddName("b.test", 100);
        address.AddName("a.test", 200);
        address.AddName("b.test", 50);

        address.RemoveNames(now: 110, afterlifeNs: 10);
        address.Names.Should().Equal("b.test", "a.test");
        address.RemoveNames(now: 111, afterlifeNs: 10);

        address.Names.Should().Equal("a.test");
    }

    private static GrantedAddress Leased(params (ClassRecord Class, ulong Expires)[] leases)
    {
        var address = new GrantedAddress();
        foreach ((ClassRecord termClass, ulong expires) in leases)
        {
            address.Record = address.WithLease(termClass, now: 0, expires)!.Value;
        }

        return address;
    }
}
