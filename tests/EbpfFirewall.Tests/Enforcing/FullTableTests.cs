using System.Net;
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

    private KernelEngine Engine => _lab!.Engine;

    [KernelFact]
    public void With_the_table_of_processes_full_a_newcomer_gets_no_socket_and_an_event_says_why()
    {
        Fill(Engine.Processes, i => new ProcessKey((uint)i + 1, 0, 1));

        string[] results = _lab!.Take("tcp 4 192.0.2.99 80", "own-tcp 4 127.0.0.1 127.0.0.1");

        results.Should().Equal("EPERM", "EPERM");
        _lab!.Count(KernelCounter.ProcessesFull).Should().BeGreaterThanOrEqualTo(2);
        _lab!.Count(KernelCounter.Denied).Should().BeGreaterThanOrEqualTo(2);
        DecisionEvent decision = _lab!.End().First();
        decision.Reason.Should().Be(DecisionReason.TableFull);
        decision.Blocked.Should().BeTrue();
        decision.Process.ProcessId.Should().BePositive("the id and the start time stand in the event itself");
        decision.Process.Arguments.Should().BeEmpty();
    }

    [KernelFact]
    public void Forgetting_the_dead_makes_room_and_keeps_the_living()
    {
        Fill(Engine.Processes, i => new ProcessKey((uint)i + 1_000_000_000, 0, 1));
        var self = new ProcessKey((uint)Environment.ProcessId, 0, 2);
        Engine.Processes.Remove(new ProcessKey(1_000_000_000, 0, 1)).Should().BeTrue();
        Engine.Processes.Set(self, new ProcessRecord { Ready = 1, Attachment = _lab!.Kernel.Id });

        _lab!.RemoveEnded(new ProcessTable(Engine.Processes), new HashSet<int> { Environment.ProcessId });

        Engine.Processes.Enumerate().Select(entry => entry.Key).Should().Equal(self);
        _lab!.Take("own-tcp 4 127.0.0.1 127.0.0.1").Should().Equal("ok");
    }

    [KernelFact]
    public void What_was_known_of_the_dead_is_still_known_to_a_late_event()
    {
        var key = new ProcessKey(1_000_000_000, 0, 1);
        Engine.Processes.Set(key, new ProcessRecord { Ready = 1, Uid = 7 });
        var processes = new ProcessTable(Engine.Processes);

        _lab!.RemoveEnded(processes, new HashSet<int>());

        processes.Find(key).UserId.Should().Be(7);
    }

    [KernelFact]
    public void With_the_table_of_redirects_full_a_query_is_dropped_and_counted()
    {
        Fill(Engine.Redirects, i => new RedirectKey(new EndpointRecord(new AddressRecord(1, (ulong)i), 1, 17, 0), 1));

        string[] results = _lab!.Take("ask 4 192.0.2.53 53");

        results.Should().Equal("EPERM");
        _lab!.Count(KernelCounter.RedirectsFull).Should().Be(1);
        DecisionEvent decision = _lab!.End().Should().ContainSingle().Subject;
        decision.Reason.Should().Be(DecisionReason.TableFull);
        decision.Stage.Should().Be(DecisionStage.Packet);
    }

    [KernelFact]
    public void With_the_event_ring_full_verdicts_stand_and_the_losses_are_counted()
    {
        const int Denials = 100_000;
        _lab!.End();

        string[] results = _lab!.Take($"flood 4 11.0.0.0 {Denials}");

        results.Should().Equal($"EPERM {Denials}");
        long events = _lab!.Count(KernelCounter.Denied) - _lab!.Count(KernelCounter.EventsDropped);
        _lab!.Count(KernelCounter.Denied).Should().BeGreaterThanOrEqualTo(Denials);
        _lab!.Count(KernelCounter.EventsDropped).Should().BePositive("four megabytes do not hold them all");
        events.Should().BePositive();
    }

    [KernelFact]
    public void Without_a_policy_everything_is_denied_and_said_to_be()
    {
        _lab!.Kernel.Header.Active = 0;

        _lab!.Take("socket 2 1 0", "tcp 4 192.0.2.1 80").Should().Equal("EPERM", "EPERM");

        _lab!.Count(KernelCounter.PolicyBroken).Should().BeGreaterThanOrEqualTo(2);
        _lab!.End().Should().NotBeEmpty().And.OnlyContain(decision => decision.Reason == DecisionReason.NoPolicy && decision.Blocked);
    }

    [KernelTheory]
    [InlineData("image", "tcp 4 192.0.2.1 80")]
    [InlineData("index4", "tcp 4 192.0.2.1 80")]
    [InlineData("index6", "tcp 6 2001:db8::1 80")]
    [InlineData("terms", "tcp 4 192.0.2.1 80")]
    [InlineData("learned", "tcp 4 198.51.100.1 80")]
    public void A_policy_that_names_lines_that_are_not_there_denies(string what, string step)
    {
        Break(what);

        _lab!.Take(step).Should().Equal("EPERM");

        _lab!.Count(KernelCounter.PolicyBroken).Should().BeGreaterThanOrEqualTo(1);
        DecisionEvent decision = _lab!.End().Should().ContainSingle().Subject;
        decision.Reason.Should().Be(DecisionReason.NoPolicy);
        decision.Blocked.Should().BeTrue();
    }

    [KernelFact]
    public void One_sandbox_takes_its_share_of_the_tables_and_no_more()
    {
        _lab!.Kernel.Quota.Processes = 8192;

        _lab!.Take("tcp 4 192.0.2.99 80").Should().Equal("EPERM");

        _lab!.Count(KernelCounter.ProcessesFull).Should().BePositive();
        Engine.Processes.Enumerate().Should().BeEmpty();
    }

    [KernelFact]
    public void What_is_removed_from_a_table_is_the_sandboxes_again()
    {
        _lab!.Take("tcp 4 192.0.2.99 80", "ask 4 192.0.2.53 53");
        _lab!.Kernel.Quota.Processes.Should().BePositive();
        _lab!.Kernel.Quota.Redirects.Should().BePositive();
        foreach ((RedirectKey key, RedirectRecord redirect) in Engine.Redirects.Enumerate())
        {
            Engine.Redirects.Set(key, redirect with { ClosedNs = 1 });
        }

        _lab!.RemoveEnded(new ProcessTable(Engine.Processes), new HashSet<int>());

        _lab!.Kernel.Quota.Processes.Should().Be(0);
        _lab!.Kernel.Quota.Redirects.Should().Be(0);
        Engine.Redirects.Enumerate().Should().BeEmpty();
    }

    [KernelFact]
    public void One_sandbox_sends_its_share_of_queries_to_the_proxy_and_no_more()
    {
        _lab!.Kernel.Quota.Redirects = 16_384;

        _lab!.Take("ask 4 192.0.2.53 53").Should().Equal("EPERM");

        _lab!.Count(KernelCounter.RedirectsFull).Should().Be(1);
        Engine.Redirects.Enumerate().Should().BeEmpty();
    }

    [KernelFact]
    public void With_the_table_of_what_was_told_full_every_denial_stands_and_the_newest_is_told()
    {
        const int Denials = 40_000;

        _lab!.Take($"flood 4 11.0.0.0 {Denials}").Should().Equal($"EPERM {Denials}");
        Thread.Sleep(300); // two windows of the sandbox's share of events: a fast flood uses up its own
        _lab!.Take("tcp 4 192.0.2.99 80").Should().Equal("EPERM");

        _lab!.Count(KernelCounter.Denied).Should().Be(Denials + 1);
        DecisionEvent[] decisions = _lab!.End();
        decisions.Should().Contain(decision => decision.Destination!.ToString() == "192.0.2.99:80");
        (decisions.Length + _lab!.Count(KernelCounter.EventsDropped)).Should().Be(Denials + 1, "each was told or is counted as lost");
        Engine.Reports.Enumerate().Count().Should().BeLessThanOrEqualTo((int)Engine.Reports.Map.MaxEntries);
    }

    [KernelFact]
    public async Task Without_memory_for_a_sockets_record_there_is_no_socket()
    {
        using var network = new TightNetwork(optionBytes: 32);
        using ProbeSession probe = await ProbeSession.StartAsync(network.Start);
        (await probe.DoAsync("socket 2 1 0")).Should().Be("ok");
        probe.MoveTo(_lab!.CgroupPath);

        (await probe.DoAsync("socket 2 1 0")).Should().Be("EPERM");
        (await probe.DoAsync("sendto 4 192.0.2.1 80")).Should().Be("EPERM");

        _lab!.Count(KernelCounter.SocketsFull).Should().Be(2);
        _lab!.End().Should().NotBeEmpty().And.OnlyContain(decision => decision.Reason == DecisionReason.TableFull && decision.Blocked);
    }

    [KernelFact]
    public void Without_the_program_that_judges_only_what_is_plainly_allowed_passes()
    {
        using LocalAddress allowed = new(121);
        using LocalAddress shut = new(122);
        using Peer peer = Peer.Open("0.0.0.0");
        _lab!.Use(policy => policy.Allow($"{allowed.Address}"));
        using BpfMap calls = BpfMap.OpenPinned(Path.Combine(_lab!.PinPath, "map_efw_calls"));
        calls.As<uint, uint>().Remove(0).Should().BeTrue();

        // A listener of the sandbox's own would be allowed, but only the judge can know it. Connecting a datagram socket is not judged.
        string[] results = _lab!.Take(
            $"sendto 4 {allowed.Address} {peer.Port}", $"tcp 4 {allowed.Address} {peer.Port}", $"udp 4 {shut.Address} {peer.Port}", "own-udp 4 127.0.0.1 127.0.0.1");

        results.Should().Equal("ok", "ok", "EPERM", "EPERM");
        peer.HasDatagram.Should().BeTrue("what a rule allows needs no judge");
    }

    [KernelFact]
    public void Learned_addresses_move_to_a_larger_table_and_all_stay_open()
    {
        const int Addresses = 3_000;
        using LocalAddress last = new(IPAddress.Parse($"2001:db8:fab::{Addresses:x}"));
        using Peer peer = Peer.Open("::");
        _lab!.Use(policy => policy.Allow("*.test"));

        for (int i = 1; i <= Addresses; i++)
        {
            _lab!.Grant($"n{i}.test", IPAddress.Parse($"2001:db8:fab::{i:x}"), TimeSpan.FromMinutes(5)).Should().BeTrue();
        }

        _lab!.Kernel.Learned.Count.Should().Be(Addresses);
        _lab!.Take($"tcp 6 {last.Address} {peer.Port}").Should().Equal("ok");
        _lab!.Take("sendto 6 2001:db8:fab::ffff 80").Should().Equal("EPERM");
    }

    [KernelFact]
    public void A_rule_without_a_counter_is_enforced_all_the_same()
    {
        using Peer peer = Peer.Open("0.0.0.0");
        _lab!.Use(policy => policy.Allow("127.8.0.1"));
        _lab!.Kernel.Header.Traffic &= ~(ulong)uint.MaxValue;

        _lab!.Take($"sendto 4 127.8.0.1 {peer.Port}", $"sendto 4 127.8.0.2 {peer.Port}").Should().Equal("ok", "EPERM");

        _lab!.Kernel.Traffic.ReadRule(1).Should().Be(default(TrafficRecord));
        _lab!.Count(KernelCounter.Denied).Should().Be(1);
    }

    public void Dispose() => _lab?.Dispose();

    private void Break(string what)
    {
        const uint Nowhere = 0x07ff_ffff;
        const int ShiftBits = 5;
        ref HeaderRecord header = ref _lab!.Kernel.Header;
        uint image = (uint)header.Active >> ShiftBits;
        BpfMapMemory memory = _lab!.Kernel.Lines.Memory;
        ref ImageRecord record = ref memory.At<ImageRecord>(image * (long)LineRecord.SizeBytes);
        switch (what)
        {
            case "image":
                header.Active = HeaderRecord.ToActive(1, Nowhere, 28);
                break;
            case "index4":
                memory.Slice((image + 1) * (long)LineRecord.SizeBytes, LineRecord.SizeBytes).Fill(0xf8);
                break;
            case "index6":
                record.Index6 = Nowhere;
                break;
            case "terms":
                record.Terms = Nowhere;
                break;
            default:
                header.Learned[1] = header.Learned[1] with { First = Nowhere };
                break;
        }
    }

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
