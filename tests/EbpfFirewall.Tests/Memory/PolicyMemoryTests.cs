using System.Net;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Policies;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Tests.Memory;

public sealed class PolicyMemoryTests
{
    private static readonly IPAddress One = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Two = IPAddress.Parse("192.0.2.2");

    [KernelFact]
    public void A_policy_is_in_force_from_its_publication_on_and_not_before()
    {
        PolicyImage first = Image("192.0.2.1");
        using PolicyLab lab = PolicyLab.With(first);

        PreparedPolicy second = lab.Memory.TryPrepare(Image("192.0.2.2"), 16)!;
        lab.Ask([One, Two]).Select(answer => answer.Class != 0).Should().Equal(true, false);

        lab.Memory.Publish(second);
        lab.Ask([One, Two]).Select(answer => answer.Class != 0).Should().Equal(false, true);
        lab.Memory.Generation.Should().Be(2);
    }

    [KernelFact]
    public void Many_policies_use_the_same_lines_by_turns()
    {
        using PolicyLab lab = PolicyLab.With(Image("192.0.2.1"));

        for (int i = 0; i < 50; i++)
        {
            bool even = i % 2 == 0;
            lab.Memory.Publish(lab.Memory.TryPrepare(Image(even ? "192.0.2.2" : "192.0.2.1"), 16)!);
            lab.Ask([One, Two]).Select(answer => answer.Class != 0).Should().Equal(!even, even);
        }
    }

    [KernelFact]
    public void A_policy_without_room_beside_the_one_in_force_is_refused_and_changes_nothing()
    {
        PolicyImage image = Image("192.0.2.1");
        using var lab = new PolicyLab(image.CountLines() + 16);
        lab.Memory.Publish(lab.Memory.TryPrepare(image, 16)!);

        lab.Memory.TryPrepare(Image("192.0.2.2"), 16).Should().BeNull();
        lab.Memory.TryPrepare(image, 16).Should().BeNull();

        lab.Ask([One])[0].Class.Should().NotBe(0);
    }

    [KernelFact]
    public void Attachments_with_the_same_policy_share_its_lines()
    {
        PolicyImage image = Image("192.0.2.1");
        using PolicyLab lab = new(image.CountLines() + (3 * 16));
        PolicyMemory[] memories = [lab.Memory, new PolicyMemory(lab.Lines, 2), new PolicyMemory(lab.Lines, 3)];

        Array.ForEach(memories, memory => memory.Publish(memory.TryPrepare(image, 16)!));

        lab.Lines.FreeCount.Should().Be(0);
        lab.Ask([One])[0].Class.Should().NotBe(0);
        Array.ForEach(memories, memory => memory.Clear());
        lab.Lines.FreeCount.Should().Be(image.CountLines() + (3 * 16));
        lab.AskWithoutPolicy(One).Should().BeTrue();
    }

    [KernelFact]
    public void A_copy_in_another_array_says_the_same_and_learns_on()
    {
        using PolicyLab small = PolicyLab.With(Image("192.0.2.1"));
        small.Publish(Image("192.0.2.1"), [(AddressRecord.From(Two), Leases(3))]);
        using var large = new PolicyLab(4096);
        large.Lines.TryTake(100, out _).Should().BeTrue("so that nothing has the same place");

        large.Memory.TryCopy(small.Memory).Should().BeTrue();
        large.Learned.TryWrite(AddressRecord.From(IPAddress.IPv6Loopback), Leases(3)).Should().BeTrue();

        large.Ask([One, Two, IPAddress.IPv6Loopback]).Should().Equal(small.Ask([One])[0], (0, true), large.Ask([IPAddress.IPv6Loopback])[0]);
        large.Ask([IPAddress.IPv6Loopback])[0].IsLearned.Should().BeTrue();
        large.Memory.Generation.Should().Be(small.Memory.Generation);
    }

    [KernelFact]
    public void Every_learned_address_is_found_and_no_other()
    {
        const int Addresses = 4000;
        PolicyImage image = Image("192.0.2.1");
        using PolicyLab lab = new(image.CountLines() + 16384) { LearnedRoom = 16384 };
        IPAddress[] known = [.. Enumerable.Range(0, Addresses).Select(i => i % 2 == 0
            ? new IPAddress([198, 18, (byte)(i >> 8), (byte)i])
            : IPAddress.Parse($"2001:db8:{i:x}::{i * 7:x}"))];
        IPAddress[] unknown = [.. Enumerable.Range(0, Addresses).Select(i => i % 2 == 0
            ? new IPAddress([198, 19, (byte)(i >> 8), (byte)i])
            : IPAddress.Parse($"2001:db8:{i:x}::{(i * 7) + 1:x}"))];

        lab.Publish(image, [.. known.Select(address => (AddressRecord.From(address), Leases(1)))]);

        lab.Ask(known).Should().OnlyContain(answer => answer.IsLearned);
        lab.Ask(unknown).Should().OnlyContain(answer => !answer.IsLearned);
    }

    [KernelFact]
    public void A_full_neighbourhood_takes_no_further_address()
    {
        PolicyImage image = Image("192.0.2.1");
        using PolicyLab lab = new(image.CountLines() + 8) { LearnedRoom = 8 };
        lab.Publish(image, []);
        LearnedLines learned = lab.Learned;

        int written = Enumerable.Range(0, 20).Count(i => learned.TryWrite(AddressRecord.From(new IPAddress([198, 18, 0, (byte)i])), Leases(1)));

        written.Should().Be(8);
        learned.Count.Should().Be(8);
    }

    private static LeaseSlots Leases(ushort termClass)
    {
        LeaseSlots leases = default;
        leases[0] = LearnedLines.Lease(ulong.MaxValue >> 16, termClass);
        return leases;
    }

    private static PolicyImage Image(params string[] allowed)
    {
        FirewallPolicyBuilder builder = new();
        Array.ForEach(allowed, rule => builder.Allow(rule));
        return PolicyLab.Image(builder.Build().Compile());
    }
}
