using System.Diagnostics;
using System.Net;
using EbpfFirewall.Policies;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Sandboxes;
using EbpfFirewall.Tests.Support;
using Xunit.Abstractions;

namespace EbpfFirewall.Tests.Enforcing;

/// <summary>As many networks as anybody has.</summary>
[Collection(nameof(AloneCollection))]
public sealed class LargePolicyTests(ITestOutputHelper output)
{
    private const int Probes = 200;
    private const long LittleBytes = 1 << 20; // maps that are made once
    private static readonly int Networks = FullRun.Choose(1_000_000, 200_000);

    [KernelFact]
    public async Task It_is_built_started_judged_by_replaced_and_given_back()
    {
        // Every other address of 127.64.0.0/10, so that each is a network of its own.
        static IPAddress Address(int i) => new([127, (byte)(64 + (i >> 16)), (byte)(i >> 8), (byte)i]);
        using Peer peer = Peer.Open("0.0.0.0");
        var random = new Random(4);
        string[] members = [.. Enumerable.Range(0, Probes).Select(_ => $"{Address(2 * random.Next(Networks))}")];
        string[] strangers = [.. Enumerable.Range(0, Probes).Select(_ => $"{Address((2 * random.Next(Networks)) + 1)}")];
        FirewallPolicyBuilder builder = new();
        Time("rules", () =>
        {
            for (int i = 0; i < Networks; i++)
            {
                builder.Allow($"{Address(2 * i)}");
            }
        });
        FirewallPolicy? large = null;
        Time("build", () => large = builder.Build());
        CompiledPolicy? compiled = null;
        Time("compile", () => compiled = large!.Compile());
        compiled!.Policy.Rules.Length.Should().Be(Networks);
        long maps = MapBytes();
        FirewallPolicy small = new FirewallPolicyBuilder().Allow("192.0.2.1").Build();

        await using (Lab lab = await Lab.StartAsync(firewall => firewall.Allow("192.0.2.1")))
        {
            await TimeAsync("apply", () => lab.Firewall.ApplyAsync(large!));
            using ProbeSession probe = await ProbeSession.StartAsync(lab.Sandbox);
            for (int i = 0; i < Probes; i++)
            {
                (await probe.DoAsync($"sendto 4 {members[i]} {peer.Port}")).Should().Be("ok", members[i]);
                (await probe.DoAsync($"sendto 4 {strangers[i]} {peer.Port}")).Should().Be("EPERM", strangers[i]);
            }

            await TimeAsync("replace", () => lab.Firewall.ApplyAsync(small));
            (await probe.DoAsync($"sendto 4 {members[0]} {peer.Port}")).Should().Be("EPERM");
            await TimeAsync("apply again", () => lab.Firewall.ApplyAsync(large!));
            (await probe.DoAsync($"sendto 4 {members[0]} {peer.Port}")).Should().Be("ok");
            output.WriteLine($"maps: {(MapBytes() - maps) >> 20} MiB");
        }

        SpinWait.SpinUntil(() => MapBytes() < maps + LittleBytes, TimeSpan.FromSeconds(30)).Should().BeTrue($"its memory has been given back: {maps} {MapBytes()}");
    }

    // Of the maps that we have open.
    private static long MapBytes()
    {
        long bytes = 0;
        foreach (string descriptor in Directory.GetFiles("/proc/self/fdinfo"))
        {
            try
            {
                bytes += File.ReadLines(descriptor).Where(line => line.StartsWith("memlock:", StringComparison.Ordinal)).Sum(line => long.Parse(line.Split('\t')[1]));
            }
            catch (IOException)
            {
                // closed meanwhile
            }
        }

        return bytes;
    }

    private void Time(string what, Action action)
    {
        Stopwatch time = Stopwatch.StartNew();
        action();
        output.WriteLine($"{what}: {time.ElapsedMilliseconds:N0} ms");
    }

    private async Task TimeAsync(string what, Func<Task> action)
    {
        Stopwatch time = Stopwatch.StartNew();
        await action();
        output.WriteLine($"{what}: {time.ElapsedMilliseconds:N0} ms");
    }
}
