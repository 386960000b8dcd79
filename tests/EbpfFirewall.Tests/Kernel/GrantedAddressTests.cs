using EbpfFirewall.Kernel;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;

namespace EbpfFirewall.Tests.Kernel;

public sealed class GrantedAddressTests
{
    private const ushort DenyAll = 1;
    private const ushort Web = 5;
    private readonly GrantedAddress _address = new();

    [Fact]
    public void The_first_class_takes_the_slot_that_makes_the_line_visible()
    {
        _address.TryLease(Web, deadline: 100, now: 10).Should().BeTrue();

        Leases().Should().Equal((100ul, Web));
        _address.HasLease.Should().BeTrue();
    }

    [Theory]
    [InlineData(200, 200)]
    [InlineData(50, 100)]
    public void A_lease_of_the_same_class_is_extended_and_never_shortened(ulong again, ulong expected)
    {
        _address.TryLease(Web, 100, 10);

        _address.TryLease(Web, again, 10);

        Leases().Should().Equal((expected, Web));
    }

    [Fact]
    public void An_ended_lease_gives_its_slot_only_when_no_other_is_free()
    {
        _address.TryLease(9, 20, 10);
        _address.TryLease(Web, 100, 50);

        Leases().Should().Equal((20ul, (ushort)9), (100ul, Web));
        for (ushort i = 10; i < 14; i++)
        {
            _address.TryLease(i, 100, 50);
        }

        _address.TryLease(50, 100, 50).Should().BeTrue();
        Leases().Select(lease => lease.Class).Should().Contain([50, Web]).And.NotContain((ushort)9);
    }

    [Fact]
    public void With_every_slot_taken_a_new_class_is_refused_and_an_old_one_is_not()
    {
        for (ushort i = 2; i < 2 + LeaseSlots.Length; i++)
        {
            _address.TryLease(i, 100, 10).Should().BeTrue();
        }

        _address.TryLease(50, 200, 10).Should().BeFalse();
        _address.TryLease(3, 200, 10).Should().BeTrue("its own slot is there");
    }

    [Fact]
    public void Another_policy_gives_other_classes_for_the_same_time()
    {
        _address.AddName("a.test", new NameGrant(100, [1]));
        _address.AddName("b.test", new NameGrant(200, [2]));
        _address.AddName("c.test", new NameGrant(300, [3]));

        _address.Renew(origin => origin[0] == 3 ? (ushort)0 : Web, deadline => deadline, 10, DenyAll);

        Leases().Should().Equal((200ul, Web));
    }

    [Fact]
    public void A_policy_that_says_too_many_different_things_about_an_address_denies_it()
    {
        for (byte i = 0; i <= LeaseSlots.Length; i++)
        {
            _address.AddName($"{i}.test", new NameGrant(100, [i]));
        }

        _address.Renew(origin => (ushort)(origin[0] + 2), deadline => deadline, 10, DenyAll);

        Leases().Should().Equal((100ul, DenyAll));
    }

    [Fact]
    public void Names_keep_their_order_and_the_later_end_of_two_grants()
    {
        _address.AddName("a.test", new NameGrant(100, []));
        _address.AddName("b.test", new NameGrant(50, []));
        _address.AddName("a.test", new NameGrant(20, []));

        _address.Names.Should().Equal("a.test", "b.test");
        _address.RemoveNames(endedBeforeNs: 60);
        _address.Names.Should().Equal("a.test");
        _address.RemoveNames(endedBeforeNs: 1000);
        _address.Names.Should().Equal(["a.test"], "the last one stays");
    }

    private (ulong Deadline, ushort Class)[] Leases()
    {
        LeaseSlots slots = _address.Leases;
        ReadOnlySpan<ulong> leases = slots;
        return [.. leases.ToArray().Where(lease => lease != 0).Select(LearnedLines.Parse)];
    }
}
