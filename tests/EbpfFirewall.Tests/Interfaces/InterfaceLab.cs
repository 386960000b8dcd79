using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Kernel;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Policies;
using EbpfFirewall.Sandboxes;
using EbpfFirewall.TestKit.Commands;
using EbpfFirewall.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Namespace = EbpfFirewall.TestKit.Lab.NetworkNamespace;

namespace EbpfFirewall.Tests.Interfaces;

/// <summary>
/// A guest and a host, each a network namespace, joined by a veth pair with a policy on one of its ends; or a host with a tap, behind which a
/// machine may be.
/// </summary>
internal sealed class InterfaceLab : IAsyncDisposable
{
    internal const string Host4 = "10.77.0.1";
    internal const string Host4Other = "10.77.0.9";
    internal const string Host6 = "fd00:77::1";
    internal const string Guest4 = "10.77.0.2";
    internal const string HostEnd = "h0";
    internal const string GuestEnd = "g0";
    internal const string Tap = "t0";

    private static int _count;
    private readonly ConcurrentQueue<DecisionEvent> _decisions = [];
    private readonly RuleNumbers _rules = new();
    private KernelEvents? _events;

    private InterfaceLab(Namespace guest, Namespace host)
    {
        Guest = guest;
        Host = host;
    }

    internal Namespace Guest { get; }

    internal Namespace Host { get; }

    internal KernelEngine Engine { get; } = KernelEngine.Create();

    internal InterfacePoint Point { get; private set; } = null!;

    internal KernelAttachment Kernel { get; private set; } = null!;

    internal PinFolder Pins { get; } = PinFolder.Create(SandboxId.Next());

    internal AddressGrants Grants { get; private set; } = null!;

    internal static async Task<InterfaceLab> StartAsync(
        Action<FirewallPolicyBuilder> policy,
        InterfaceSide side = InterfaceSide.Guest,
        bool classifiers = false,
        LinkControl control = LinkControl.All,
        bool hasGuestAddresses = true)
    {
        InterfaceLab lab = await CreateAsync();
        await IpAsync($"link add {HostEnd} netns {lab.Host.Name} type veth peer name {GuestEnd} netns {lab.Guest.Name}");
        await lab.BringUpAsync(HostEnd, GuestEnd, hasGuestAddresses);
        lab.Attach(policy, side == InterfaceSide.Guest ? HostEnd : GuestEnd, side, classifiers, control);
        return lab;
    }

    /// <summary>A tap in the host; whoever opens it is the guest.</summary>
    internal static async Task<InterfaceLab> StartTapAsync(Action<FirewallPolicyBuilder> policy)
    {
        InterfaceLab lab = await CreateAsync();
        await IpAsync($"-n {lab.Host.Name} tuntap add {Tap} mode tap");
        await lab.BringUpAsync(Tap, null, hasGuestAddresses: false);
        lab.Attach(policy, Tap, InterfaceSide.Guest, false, LinkControl.All);
        return lab;
    }

    internal static async Task IpAsync(string arguments) => (await CommandRunner.RunAsync(new Command("ip", [.. arguments.Split(' ')]))).EnsureSuccess();

    internal PolicyImage Image(Action<FirewallPolicyBuilder> configure)
    {
        FirewallPolicyBuilder builder = new();
        configure(builder);
        CompiledPolicy policy = builder.Build().Compile();
        RuleNumbering numbering = _rules.Prepare(policy.Policy);
        _rules.Commit(numbering);
        return PolicyImage.Create(policy, numbering.ByIndex);
    }

    internal bool Grant(string name, string address, TimeSpan lifetime)
    {
        byte[] wire = [.. name.Split('.').SelectMany(label => new[] { (byte)label.Length }.Concat(Encoding.ASCII.GetBytes(label))), 0];
        return Grants.TryGrant(new NameAnswer(name, wire, default, lifetime), IPAddress.Parse(address));
    }

    /// <summary>A listener in the host.</summary>
    internal Peer Listen(string address) => Host.Run(() => Peer.Open(address));

    /// <summary>Starts a program in the guest.</summary>
    internal Process Start(ProcessStartInfo startInfo) => StartIn(Guest, startInfo);

    /// <summary>Takes steps in the guest (Probes/net.py).</summary>
    internal string[] Take(params string[] steps) => TakeIn(Guest, steps);

    internal static string[] TakeIn(Namespace side, params string[] steps)
    {
        ProcessStartInfo startInfo = Probe.Command(steps);
        startInfo.RedirectStandardOutput = true;
        using Process process = StartIn(side, startInfo);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    internal static Process StartIn(Namespace side, ProcessStartInfo startInfo)
    {
        string[] command = [$"--net={side.Path}", startInfo.FileName, .. startInfo.ArgumentList];
        startInfo.FileName = "nsenter";
        startInfo.ArgumentList.Clear();
        Array.ForEach(command, startInfo.ArgumentList.Add);
        return Process.Start(startInfo)!;
    }

    internal int EndFlows() => LiveFlows.EndIn(Guest.Path, Grants.Ends);

    internal DecisionEvent[] End()
    {
        _events?.Remove(Kernel.Id);
        _events?.Dispose();
        _events = null;
        return [.. _decisions];
    }

    public async ValueTask DisposeAsync()
    {
        End();
        Kernel.Dispose();
        Engine.Dispose();
        await Guest.DisposeAsync();
        await Host.DisposeAsync();
    }

    private static async Task<InterfaceLab> CreateAsync()
    {
        string name = $"efwif-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
        return new InterfaceLab(await Namespace.CreateAsync($"{name}-g"), await Namespace.CreateAsync($"{name}-h"));
    }

    private async Task BringUpAsync(string hostDevice, string? guestDevice, bool hasGuestAddresses)
    {
        await IpAsync($"-n {Host.Name} addr add {Host4}/24 dev {hostDevice}");
        await IpAsync($"-n {Host.Name} addr add {Host4Other}/24 dev {hostDevice}");
        await IpAsync($"-n {Host.Name} addr add {Host6}/64 dev {hostDevice} nodad");
        await IpAsync($"-n {Host.Name} link set {hostDevice} up");
        if (hasGuestAddresses)
        {
            await IpAsync($"-n {Guest.Name} addr add {Guest4}/24 dev {guestDevice}");
            await IpAsync($"-n {Guest.Name} addr add fd00:77::2/64 dev {guestDevice} nodad");
        }

        if (guestDevice is not null)
        {
            await IpAsync($"-n {Guest.Name} link set {guestDevice} up");
        }
    }

    private void Attach(Action<FirewallPolicyBuilder> policy, string device, InterfaceSide side, bool classifiers, LinkControl control)
    {
        string place = side == InterfaceSide.Guest ? Host.Path : Guest.Path;
        InterfaceTarget target = new(device, side, place, control, classifiers);
        PolicyImage image = Image(policy);
        Point = new InterfacePoint(target);
        Kernel = KernelAttachment.Create(Engine, image, default, Point, Pins);
        Grants = new AddressGrants(Kernel, image, static () => BootClock.NowNs, () => KernelTicks.OfHost.Now, KernelTicks.OfHost.Of);
        _events = new KernelEvents(Engine, new DecisionHub([_decisions.Enqueue], NullLogger.Instance));
        _events.Add(Kernel.Id, new KernelEventReader(
            "interface", Kernel.Policies, _rules, new ProcessTable(Engine.Processes), Grants, new BootClock(TimeProvider.System)));
    }
}
