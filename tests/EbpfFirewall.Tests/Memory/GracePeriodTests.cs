using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Sandboxes;

namespace EbpfFirewall.Tests.Memory;

/// <summary>Who else waits is counted, too: nothing runs beside these.</summary>
[Collection(nameof(AloneCollection))]
public sealed class GracePeriodTests
{
    [KernelFact]
    public void What_has_been_waited_for_since_is_not_waited_for_again()
    {
        long before = GracePeriod.Now;
        GracePeriod.Wait();
        long after = GracePeriod.Now;

        GracePeriod.WaitSince(before);

        after.Should().Be(before + 1);
        GracePeriod.Now.Should().Be(after);
        GracePeriod.WaitSince(after);
        GracePeriod.Now.Should().Be(after + 1, "what happens after a wait has begun needs another");
    }

    [KernelFact]
    public void Those_who_ask_at_the_same_time_share_a_wait()
    {
        const int Askers = 16;
        long before = GracePeriod.Now;
        using var start = new Barrier(Askers);
        Thread[] askers = [.. Enumerable.Range(0, Askers).Select(_ => new Thread(() =>
        {
            long asked = GracePeriod.Now;
            start.SignalAndWait();
            GracePeriod.WaitSince(asked);
        }))];

        Array.ForEach(askers, asker => asker.Start());
        Array.ForEach(askers, asker => asker.Join());

        GracePeriod.Now.Should().Be(before + 1);
    }

    [KernelFact]
    public void Lines_that_are_given_back_are_taken_again_only_after_a_wait_and_come_back_empty()
    {
        using var lab = new PolicyLab(64);
        lab.Lines.TryTake(48, out uint first).Should().BeTrue();
        lab.Lines.Memory.Slice(first * 64L, 64).Fill(0xff);
        long before = GracePeriod.Now;

        lab.Lines.Retire(first, 48);
        lab.Lines.FreeCount.Should().Be(64);
        lab.Lines.TryTake(16, out _).Should().BeTrue();
        GracePeriod.Now.Should().Be(before, "there were others");
        lab.Lines.TryTake(48, out uint again).Should().BeTrue();

        again.Should().Be(first);
        GracePeriod.Now.Should().Be(before + 1);
        lab.Lines.Memory.Slice(again * 64L, 64).ToArray().Should().OnlyContain(value => value == 0);
        lab.Lines.TryTake(1, out _).Should().BeFalse();
    }
}
