using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Kernel;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;
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
    private readonly ExecutableFiles _executables;
    private readonly LimitUsage _usage;
    private readonly ulong _cgroupId;
    private readonly bool _ownsEngine;
    private readonly ExecutableNumbers _exeNumbers = new();
    private KernelEvents? _events;

    internal KernelLab(Action<FirewallPolicyBuilder> configure, bool reportUnix = false)
        : this(configure, KernelEngine.Create(), ownsEngine: true, static point => point, reportUnix)
    {
        _events = new KernelEvents(Engine, new DecisionHub([_decisions.Enqueue], NullLogger.Instance));
        _events.Add(Kernel.Id, new KernelEventReader(
            "kernel", Kernel.Policies, Rules, new ProcessTable(Engine.Processes), _grants, new BootClock(TimeProvider.System)));
    }

    /// <summary>One of several attachments; nobody reads its events.</summary>
    /// <param name="configure">Its policy.</param>
    /// <param name="engine">What they share.</param>
    /// <param name="wrap">Puts something in front of where it is attached.</param>
    internal KernelLab(Action<FirewallPolicyBuilder> configure, KernelEngine engine, Func<IAttachPoint, IAttachPoint>? wrap = null)
        : this(configure, engine, ownsEngine: false, wrap ?? (static point => point))
    {
    }

    private KernelLab(Action<FirewallPolicyBuilder> configure, KernelEngine engine, bool ownsEngine, Func<IAttachPoint, IAttachPoint> wrap, bool reportUnix = false)
    {
        Engine = engine;
        using (Pulse pulse = new(engine.Pulse, TimeSpan.FromHours(1)))
        {
            pulse.Beat();
        }

        _ownsEngine = ownsEngine;
        SandboxId id = SandboxId.Next();
        _cgroup = SandboxCgroup.Create(id);
        PinPath = Path.Combine(BpfFileSystem.FindOrMount(), "efw", id.ToString());
        PolicyImage image = Prepare(configure).Image;
        var point = new CgroupPoint(_cgroup.Path);
        try
        {
            Kernel = KernelAttachment.Create(Engine, image, new AttachmentSettings(1, 1, ReportAllowed: false, ReportUnix: reportUnix), wrap(point), PinFolder.Create(id));
        }
        catch
        {
            _cgroup.TryEnd();
            throw;
        }

        _cgroupId = point.CgroupId;
        _executables = new ExecutableFiles(Engine.Executables, Kernel.Id, (_, _) => { });
        _executables.Prepare(image);
        _usage = new LimitUsage(Engine, Kernel.Id);
        _usage.Prepare(image, []);
        _grants = new AddressGrants(Kernel, image, static () => BootClock.NowNs, () => KernelTicks.OfHost.Now, KernelTicks.OfHost.Of);
        _executables.Complete(isInForce: true);
    }

    internal KernelEngine Engine { get; }

    internal KernelAttachment Kernel { get; }

    internal RuleNumbers Rules { get; } = new();

    internal string CgroupPath => _cgroup.Path;

    /// <summary>The folder of its pins.</summary>
    internal string PinPath { get; }

    internal long Count(KernelCounter counter) => Kernel.Traffic.Read(counter);

    /// <summary>What housekeeping does about the tables.</summary>
    internal void RemoveEnded(ProcessTable processes, IReadOnlySet<int> alive) => new SharedTables(Engine, processes).RemoveEnded(
        new Dictionary<uint, (KernelAttachment, Func<IReadOnlySet<int>>)> { [Kernel.Id] = (Kernel, () => alive) }, BootClock.NowNs);

    /// <summary>Replaces the policy.</summary>
    internal void Use(Action<FirewallPolicyBuilder> configure)
    {
        NumberedPolicy policy = Prepare(configure);
        Kernel.Traffic.ResetRules(policy.Numbering.Fresh);
        _executables.Prepare(policy.Image);
        _grants.Use(policy.Image);
        _executables.Complete(isInForce: true);
    }

    /// <summary>What housekeeping does about the programs of rules; those that are not there now.</summary>
    internal IReadOnlyList<string> RefreshExecutables()
    {
        _executables.Refresh();
        return _executables.Missing;
    }

    /// <summary>Takes all lines that are free where the policy stands: the next policy must stand elsewhere.</summary>
    internal void FillBank()
    {
        PolicyLines lines = Kernel.Lines;
        for (uint count = lines.FreeCount; count > 0; count = Math.Min(count, lines.FreeCount))
        {
            if (!lines.TryTake(count, out _))
            {
                count /= 2;
            }
        }
    }

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

    internal Process Start(ProcessStartInfo startInfo) => Launcher.Start(startInfo, _cgroup.Path, user: null, privileges: [], calls: null).Process;

    /// <summary>Takes steps on the network (Probes/net.py); returns what came of each.</summary>
    internal string[] Take(params string[] steps) => Take(Probe.Command(steps));

    /// <summary>The same by another program.</summary>
    internal string TakeBy(string program, string step) => Take(Probe.CommandOf(program, step)).Single();

    private string[] Take(ProcessStartInfo startInfo)
    {
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
        _executables.Dispose();
        _usage.Clear();
        Kernel.Dispose();
        if (_ownsEngine)
        {
            Engine.Dispose();
        }
    }

    private NumberedPolicy Prepare(Action<FirewallPolicyBuilder> configure)
    {
        FirewallPolicyBuilder builder = new();
        configure(builder);
        CompiledPolicy policy = builder.Build().Compile();
        RuleNumbering numbering = Rules.Prepare(policy.Policy);
        Rules.Commit(numbering);
        return new NumberedPolicy(PolicyImage.Create(policy, numbering.ByIndex, _exeNumbers.Next(policy.Policy)), numbering);
    }
}
