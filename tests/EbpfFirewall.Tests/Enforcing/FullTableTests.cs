using System.Collections.Concurrent;
using System.Diagnostics;
using EbpfFirewall.Decisions;
using EbpfFirewall.Kernel;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Policies;
using EbpfFirewall.Sandboxes;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace EbpfFirewall.Tests.Enforcing;

/// <summary>The kernel side alone, without the housekeeping that keeps its tables from filling up.</summary>
public sealed class FullTableTests : IDisposable
{
    private readonly ConcurrentQueue<DecisionEvent> _decisions = [];
    private readonly SandboxCgroup? _cgroup;
    private readonly KernelAttachment? _kernel;
    private KernelEvents? _events;

    public FullTableTests()
    {
        if (KernelRequirement.ReasonToSkip is null)
        {
            CompiledPolicy policy = new FirewallPolicyBuilder().Allow("192.0.2.1").Build().Compile();
            SandboxId id = SandboxId.Next();
            _cgroup = SandboxCgroup.Create(id);
            var config = new ConfigRecord { Abi = ConfigRecord.AbiVersion, DnsPort4 = 1, DnsPort6 = 1 };
            var rules = new RuleNumbers();
            PolicyImage image = PolicyImage.Create(policy, rules.Prepare(policy.Policy).ByIndex);
            _kernel = KernelAttachment.Create(image, config, _cgroup.Path, PinFolder.Create(id));
            var processes = new ProcessTable(_kernel.Processes);
            var grants = new AddressGrants(_kernel, image, static () => BootClock.NowNs, () => KernelTicks.OfHost.Now, KernelTicks.OfHost.Of);
            var reader = new KernelEventReader("full", _kernel.Policies, rules, processes, grants, new BootClock(TimeProvider.System));
            _events = new KernelEvents(_kernel, reader, new DecisionHub([_decisions.Enqueue], NullLogger.Instance), "full");
        }
    }

    private KernelAttachment Kernel => _kernel!;

    [KernelFact]
    public void With_the_table_of_processes_full_a_newcomer_gets_no_socket_and_an_event_says_why()
    {
        Fill(Kernel.Processes, i => new ProcessKey((uint)i + 1, 0, 1));

        string[] results = Take("tcp 4 192.0.2.99 80", "own-tcp 4 127.0.0.1 127.0.0.1");

        results.Should().Equal("EPERM", "EPERM");
        Kernel.Count(KernelCounter.ProcessesFull).Should().BeGreaterThanOrEqualTo(2);
        Kernel.Count(KernelCounter.Denied).Should().BeGreaterThanOrEqualTo(2);
        DecisionEvent decision = End().First();
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
        Take("own-tcp 4 127.0.0.1 127.0.0.1").Should().Equal("ok");
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

        string[] results = Take("ask 4 192.0.2.53 53");

        results.Should().Equal("EPERM");
        Kernel.Count(KernelCounter.RedirectsFull).Should().Be(1);
        DecisionEvent decision = End().Should().ContainSingle().Subject;
        decision.Reason.Should().Be(DecisionReason.TableFull);
        decision.Stage.Should().Be(DecisionStage.Packet);
    }

    public void Dispose()
    {
        if (_kernel is not null)
        {
            End();
            _cgroup!.TryEnd().Should().BeTrue();
            _kernel.Dispose();
        }
    }

    private static void Fill<TKey, TValue>(Native.BpfMap<TKey, TValue> map, Func<int, TKey> key)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        int count = (int)map.Map.MaxEntries;
        for (int i = 0; i < count; i++)
        {
            map.Set(key(i), default);
        }
    }

    private string[] Take(params string[] steps)
    {
        ProcessStartInfo startInfo = Probe.Command(steps);
        startInfo.RedirectStandardOutput = true;
        using Process process = Launcher.Start(startInfo, _cgroup!.Path, user: null);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private DecisionEvent[] End()
    {
        _events?.Dispose();
        _events = null;
        return [.. _decisions];
    }
}
