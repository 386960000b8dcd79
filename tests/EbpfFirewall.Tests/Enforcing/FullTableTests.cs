using EbpfFirewall.Decisions;
using EbpfFirewall.Kernel;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Enforcing;

/// <summary>The kernel side alone, without the housekeeping that keeps its tables from filling up.</summary>
public sealed class FullTableTests : IDisposable
{
    private readonly KernelLab? _lab = KernelRequirement.ReasonToSkip is null ? new KernelLab(policy => policy.Allow("192.0.2.1")) : null;

    private KernelAttachment Kernel => _lab!.Kernel;

    [KernelFact]
    public void With_the_table_of_processes_full_a_newcomer_gets_no_socket_and_an_event_says_why()
    {
        Fill(Kernel.Processes, i => new ProcessKey((uint)i + 1, 0, 1));

        string[] results = _lab!.Take("tcp 4 192.0.2.99 80", "own-tcp 4 127.0.0.1 127.0.0.1");

        results.Should().Equal("EPERM", "EPERM");
        Kernel.Count(KernelCounter.ProcessesFull).Should().BeGreaterThanOrEqualTo(2);
        Kernel.Count(KernelCounter.Denied).Should().BeGreaterThanOrEqualTo(2);
        DecisionEvent decision = _lab!.End().First();
        decision.Reason.Should().Be(DecisionReason.TableFull);
        decision.Blocked.Should().BeTrue();
        decision.Process.ProcessId.Should().BePositive("the id and the start time stand in the event itself");
        decision.Process.Arguments.Should().BeEmpty();
    }

    [KernelFact]
    public void Forgetting_the_dead_makes_room_and_keeps_the_living()
    {
        Fill(Kernel.Processes, i => new ProcessKey((uint)i + 1_000_000_000, 0, 1));
        var self = new ProcessKey((uint)Environment.ProcessId, 0, 2);
        Kernel.Processes.Remove(new ProcessKey(1_000_000_000, 0, 1)).Should().BeTrue();
        Kernel.Processes.Set(self, new ProcessRecord { Ready = 1 });

        new ProcessTable(Kernel.Processes).RemoveDead(new HashSet<int> { Environment.ProcessId });

        Kernel.Processes.Enumerate().Select(entry => entry.Key).Should().Equal(self);
        _lab!.Take("own-tcp 4 127.0.0.1 127.0.0.1").Should().Equal("ok");
    }

    [KernelFact]
    public void What_was_known_of_the_dead_is_still_known_to_a_late_event()
    {
        var key = new ProcessKey(1_000_000_000, 0, 1);
        Kernel.Processes.Set(key, new ProcessRecord { Ready = 1, Uid = 7 });
        var processes = new ProcessTable(Kernel.Processes);

        processes.RemoveDead(new HashSet<int>());

        processes.Find(key).UserId.Should().Be(7);
    }

    [KernelFact]
    public void With_the_table_of_redirects_full_a_query_is_dropped_and_counted()
    {
        Fill(Kernel.Redirects, i => new EndpointRecord(new AddressRecord(1, (ulong)i), 1, 17, 0));

        string[] results = _lab!.Take("ask 4 192.0.2.53 53");

        results.Should().Equal("EPERM");
        Kernel.Count(KernelCounter.RedirectsFull).Should().Be(1);
        DecisionEvent decision = _lab!.End().Should().ContainSingle().Subject;
        decision.Reason.Should().Be(DecisionReason.TableFull);
        decision.Stage.Should().Be(DecisionStage.Packet);
    }

    [KernelFact]
    public void With_the_event_ring_full_verdicts_stand_and_the_losses_are_counted()
    {
        const int Denials = 20_000;
        _lab!.End();

        string[] results = _lab!.Take($"flood 4 11.0.0.0 {Denials}");

        results.Should().Equal($"EPERM {Denials}");
        long events = Kernel.Count(KernelCounter.Denied) - Kernel.Count(KernelCounter.EventsDropped);
        Kernel.Count(KernelCounter.Denied).Should().BeGreaterThanOrEqualTo(Denials);
        Kernel.Count(KernelCounter.EventsDropped).Should().BePositive("a megabyte does not hold them all");
        events.Should().BePositive();
    }

    [KernelFact]
    public void Without_a_policy_everything_is_denied_and_said_to_be()
    {
        using BpfMapMemory memory = Kernel.Policy.MapMemory();
        memory.At<ulong>(0) = 0;

        _lab!.Take("socket 2 1 0", "tcp 4 192.0.2.1 80").Should().Equal("EPERM", "EPERM");

        Kernel.Count(KernelCounter.PolicyBroken).Should().BeGreaterThanOrEqualTo(2);
        _lab!.End().Should().NotBeEmpty().And.OnlyContain(decision => decision.Reason == DecisionReason.NoPolicy && decision.Blocked);
    }

    [KernelTheory]
    [InlineData(0, "tcp 4 192.0.2.1 80")]
    [InlineData(4, "tcp 6 2001:db8::1 80")]
    [InlineData(28, "tcp 4 192.0.2.1 80")]
    [InlineData(32, "tcp 4 198.51.100.1 80")]
    public void A_policy_that_names_lines_that_are_not_there_denies(int offset, string step)
    {
        using BpfMapMemory memory = Kernel.Policy.MapMemory();
        long revision = (uint)memory.At<ulong>(0) * (long)LineRecord.SizeBytes;
        memory.At<uint>(revision + offset) = 0x1fff_ffff;

        _lab!.Take(step).Should().Equal("EPERM");

        Kernel.Count(KernelCounter.PolicyBroken).Should().Be(1);
        DecisionEvent decision = _lab!.End().Should().ContainSingle().Subject;
        decision.Reason.Should().Be(DecisionReason.NoPolicy);
        decision.Blocked.Should().BeTrue();
    }

    public void Dispose() => _lab?.Dispose();

    private static void Fill<TKey, TValue>(BpfMap<TKey, TValue> map, Func<int, TKey> key)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        int count = (int)map.Map.MaxEntries;
        for (int i = 0; i < count; i++)
        {
            map.Set(key(i), default);
        }
    }
}
