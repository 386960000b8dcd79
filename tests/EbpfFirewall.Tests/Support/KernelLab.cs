using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Kernel;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Policies;
using EbpfFirewall.Sandboxes;
using Microsoft.Extensions.Logging.Abstractions;

namespace EbpfFirewall.Tests.Support;

/// <summary>The kernel side alone on a cgroup: no proxy, no housekeeping; names are granted by hand.</summary>
internal sealed class KernelLab : IDisposable
{
    private readonly ConcurrentQueue<DecisionEvent> _decisions = [];
    private readonly SandboxCgroup _cgroup;
    private readonly AddressGrants _grants;
    private readonly KernelEventReader _reader;
    private readonly ulong _cgroupId;
    private KernelEvents? _events;

    internal KernelLab(Action<FirewallPolicyBuilder> configure)
    {
        FirewallPolicyBuilder builder = new();
        configure(builder);
        CompiledPolicy policy = builder.Build().Compile();
        SandboxId id = SandboxId.Next();
        _cgroup = SandboxCgroup.Create(id);
        Engine = KernelEngine.Create();
        var rules = new RuleNumbers();
        PolicyImage image = PolicyImage.Create(policy, rules.Prepare(policy.Policy).ByIndex);
        var point = new CgroupPoint(_cgroup.Path);
        Kernel = KernelAttachment.Create(Engine, image, new AttachmentSettings(1, 1, ReportAllowed: false), point, PinFolder.Create(id));
        _cgroupId = point.CgroupId;
        _grants = new AddressGrants(Kernel, image, static () => BootClock.NowNs, () => KernelTicks.OfHost.Now, KernelTicks.OfHost.Of);
        _reader = new KernelEventReader("kernel", Kernel.Policies, rules, new ProcessTable(Engine.Processes), _grants, new BootClock(TimeProvider.System));
        _events = new KernelEvents(Engine, new DecisionHub([_decisions.Enqueue], NullLogger.Instance));
        _events.Add(Kernel.Id, _reader);
    }

    internal KernelEngine Engine { get; }

    internal KernelAttachment Kernel { get; }

    internal long Count(KernelCounter counter) => Kernel.Traffic.Read(counter);

    /// <summary>What housekeeping does about the tables.</summary>
    internal void RemoveEnded(ProcessTable processes, IReadOnlySet<int> alive) => new SharedTables(Engine, processes).RemoveEnded(
        new Dictionary<uint, (KernelAttachment, Func<IReadOnlySet<int>>)> { [Kernel.Id] = (Kernel, () => alive) }, BootClock.NowNs);

    internal bool Grant(string name, IPAddress address, TimeSpan lifetime)
    {
        byte[] wire = [.. name.Split('.').SelectMany(label => new[] { (byte)label.Length }.Concat(Encoding.ASCII.GetBytes(label))), 0];
        return _grants.TryGrant(new NameAnswer(name, wire, default, lifetime), address);
    }

    /// <summary>What housekeeping does about connections that outlive what opened them.</summary>
    internal int EndFlows() => _grants.TakeEnded()
        ? LiveFlows.End(
            new Dictionary<ulong, Func<EndpointRecord, bool>> { [_cgroupId] = _grants.Ends }, _cgroup.Processes()).Values.Sum()
        : 0;

    internal Process Start(ProcessStartInfo startInfo) => Launcher.Start(startInfo, _cgroup.Path, user: null, privileges: []).Process;

    /// <summary>Takes steps on the network (Probes/net.py); returns what came of each.</summary>
    internal string[] Take(params string[] steps)
    {
        ProcessStartInfo startInfo = Probe.Command(steps);
        startInfo.RedirectStandardOutput = true;
        using Process process = Start(startInfo);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Ends the reading of events; returns all of them.</summary>
    internal DecisionEvent[] End()
    {
        _events?.Remove(Kernel.Id);
        _events?.Dispose();
        _events = null;
        return [.. _decisions];
    }

    public void Dispose()
    {
        End();
        _cgroup.TryEnd().Should().BeTrue();
        Kernel.Dispose();
        Engine.Dispose();
    }
}
