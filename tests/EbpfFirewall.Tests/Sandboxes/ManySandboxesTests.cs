using System.Diagnostics;
using EbpfFirewall.Kernel;
using EbpfFirewall.Native;
using EbpfFirewall.Policies;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;
using Xunit.Abstractions;

namespace EbpfFirewall.Tests.Sandboxes;

/// <summary>As many sandboxes on one host as anybody has. The long form makes a thousand.</summary>
[Collection(nameof(AloneCollection))]
public sealed class ManySandboxesTests(ITestOutputHelper output)
{
    private const string Before = "127.9.0.1";
    private const string After = "127.9.0.2";
    private static readonly int Sandboxes = FullRun.Choose(1000, 200);
    private static readonly int Attachments = FullRun.Choose(1000, 100);

    [KernelFact]
    public async Task Each_has_traffic_of_its_own_all_follow_a_new_policy_and_nothing_is_left_of_them()
    {
        using Peer peer = Peer.Open("0.0.0.0");
        using ProbeSession probe = await ProbeSession.StartOutsideAsync();
        await RunAsync(1, probe, peer.Port); // what is made once
        int descriptors = OwnProcess.Descriptors();
        string kinds = OwnProcess.DescriptorKinds();
        int openLinks = BpfLink.OpenCount;
        int threads = OwnProcess.ThreadNames().Count(IsOurs);

        await RunAsync(Sandboxes, probe, peer.Port);

        BpfLink.OpenCount.Should().Be(openLinks);
        OwnProcess.Eventually(() => OwnProcess.Descriptors() <= descriptors).Should().BeTrue($"there were {kinds}, and now there are {OwnProcess.DescriptorKinds()}");
        OwnProcess.Eventually(() => OwnProcess.ThreadNames().Count(IsOurs) <= threads).Should().BeTrue("no thread is left");
        OwnProcess.ChildCount().Should().Be(1, "the probe");
    }

    [KernelFact]
    public async Task Attachments_follow_policies_of_their_own_and_share_what_holds_them()
    {
        const int Networks = 20;
        using Peer peer = Peer.Open("0.0.0.0");
        using ProbeSession probe = await ProbeSession.StartOutsideAsync();
        var random = new Random(7);
        string[][] members = [.. Enumerable.Range(0, Attachments).Select(_ => Enumerable.Range(0, Networks).Select(
            _ => $"127.{64 + random.Next(64)}.{random.Next(256)}.{random.Next(256)}").Distinct().ToArray())];
        using KernelEngine engine = KernelEngine.Create();
        var labs = new List<KernelLab>();
        uint free = 0;
        Time("attach", () => Array.ForEach(members, allowed =>
        {
            labs.Add(new KernelLab(policy => Array.ForEach(allowed, rule => policy.Allow(rule)), engine));
            free = free == 0 ? labs[0].Kernel.Lines.FreeCount : free;
        }));

        for (int i = 0; i < Attachments; i++)
        {
            probe.MoveTo(labs[i].CgroupPath);
            string member = members[i][random.Next(members[i].Length)];
            string stranger = members[(i + 1) % Attachments].Except(members[i]).First();
            (await probe.DoAsync($"sendto 4 {member} {peer.Port}")).Should().Be("ok", $"{i} allows {member}");
            (await probe.DoAsync($"sendto 4 {stranger} {peer.Port}")).Should().Be("EPERM", $"{i} does not allow {stranger}");
        }

        engine.BankCount.Should().BeLessThanOrEqualTo(2 + (Attachments / 400));
        probe.MoveTo(Path.GetDirectoryName(labs[0].CgroupPath)!);
        KernelLab first = labs[0];
        Time("detach", () => labs[1..].ForEach(lab => lab.Dispose()));
        engine.BankCount.Should().Be(1);
        first.Kernel.Lines.FreeCount.Should().Be(free);
        first.Dispose();
    }

    private static bool IsOurs(string name) => name.StartsWith("efw", StringComparison.Ordinal);

    private async Task RunAsync(int count, ProbeSession probe, int port)
    {
        await using IEgressFirewall firewall = await new FirewallBuilder().Allow(Before).StartAsync();
        var sandboxes = new List<ISandbox>();
        Stopwatch time = Stopwatch.StartNew();
        for (int i = 0; i < count; i++)
        {
            sandboxes.Add(await firewall.CreateSandboxAsync($"{i}", Lab.AsOurselves));
        }

        output.WriteLine($"{count} made: {time.ElapsedMilliseconds:N0} ms");
        await ProbeAllAsync(port, Before, After);
        time.Restart();
        await firewall.ApplyAsync(new FirewallPolicyBuilder().Allow(After).Build());
        output.WriteLine($"{count} changed: {time.ElapsedMilliseconds:N0} ms");
        await ProbeAllAsync(port, After, Before);
        for (int i = 0; i < count; i++)
        {
            sandboxes[i].Statistics.Denied.Should().Be(2 * (1 + (i % 3)), "each counts what it did itself");
        }

        time.Restart();
        await firewall.DisposeAsync();
        output.WriteLine($"{count} gone: {time.ElapsedMilliseconds:N0} ms");

        async Task ProbeAllAsync(int port, string allowed, string shut)
        {
            for (int i = 0; i < count; i++)
            {
                probe.MoveTo(sandboxes[i].CgroupPath);
                (await probe.DoAsync($"sendto 4 {allowed} {port}")).Should().Be("ok");
                for (int denials = 0; denials <= i % 3; denials++)
                {
                    (await probe.DoAsync($"sendto 4 {shut} {port}")).Should().Be("EPERM");
                }
            }

            probe.MoveTo(Path.GetDirectoryName(sandboxes[0].CgroupPath)!);
        }
    }

    private void Time(string what, Action action)
    {
        Stopwatch time = Stopwatch.StartNew();
        action();
        output.WriteLine($"{what}: {time.ElapsedMilliseconds:N0} ms");
    }
}
