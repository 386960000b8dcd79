using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Policies;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Enforcing;

/// <summary>
/// A program tries connections and datagrams without pause while policies are replaced as fast as it goes. The long form writes
/// docs/results/policy-change.md.
/// </summary>
public sealed class PolicyChangeUnderLoadTests : IDisposable
{
    private static readonly TimeSpan SwapTime = TimeSpan.FromSeconds(FullRun.Choose(20, 2));
    private static readonly int Rounds = FullRun.Choose(5, 1);
    private static readonly int[] Growths = FullRun.Choose<int[]>([2_000, 10_000, 20_000, 40_000], [2_000, 40_000]);
    private static readonly string[] Classes = ["both", "neither", "one", "other"];

    // Numbers of their own, so that tests beside this one do not meet them.
    private readonly LocalAddress[] _addresses = KernelRequirement.ReasonToSkip is null
        ? [.. Classes.SelectMany((_, i) => new[] { new LocalAddress((byte)(101 + i)), new LocalAddress(IPAddress.Parse($"2001:db8:faa::{101 + i}")) })]
        : [];

    [KernelFact]
    public async Task Nothing_passes_that_neither_policy_allows_and_nothing_is_stopped_that_both_do()
    {
        string[] neither = Of("neither");
        using Connects listener = Connects.Listen(neither[0], neither[1]);
        Dictionary<(string Class, string Way), ConnectCount> counts = [];
        Stopwatch time = Stopwatch.StartNew();
        int swaps = 0;
        int growths = 0;

        for (int round = 0; round < Rounds; round++)
        {
            await using Lab lab = await Lab.StartAsync(firewall => firewall.Allow([.. Of("both"), .. Of("one")]));
            using Connects prober = Connects.Try(lab.Sandbox.Start, listener.Port, [.. Classes.SelectMany(name => Of(name).Select(address => $"{name}={address}"))]);
            swaps += await SwapAsync(lab.Firewall);
            growths += await GrowAsync(lab.Firewall);
            foreach (ConnectCount count in prober.End().Select(ConnectCount.Parse))
            {
                counts[(count.Class, count.Way)] = counts.TryGetValue((count.Class, count.Way), out ConnectCount? known) ? known.Plus(count) : count;
            }
        }

        using var outside = new UdpClient(AddressFamily.InterNetworkV6);
        outside.Client.DualMode = true;
        Array.ForEach(neither, address => outside.Send([1], new IPEndPoint(IPAddress.Parse(address).MapToIPv6(), listener.Port)));
        long[] heard = [.. listener.End().Single().Split(' ').Select(long.Parse)];
        if (FullRun.IsAsked)
        {
            PolicyChangeResults.Write([.. counts.Values], swaps, growths, heard[1] - (2 * 2), time.Elapsed);
        }

        ConnectCount[] all = [.. counts.Values];
        all.Where(count => count.Class == "both").Should().OnlyContain(count => count.Tried > 0 && count.Passed == count.Tried);
        all.Where(count => count.Class == "neither").Should().OnlyContain(count => count.Tried > 0 && count.Passed == 0);
        all.Where(count => count.Class == "neither" && count.Way != "kept").Should().OnlyContain(
            count => count.Denied == count.Tried, "only a socket that is kept may meet another error: that it was ended");
        all.Where(count => count.Class is "one" or "other").Should().OnlyContain(count => count.Passed > 0 && count.Denied + count.Other > 0);
        heard[1].Should().Be(2 * 2, "the recorder saw the two packets from outside, each on its way out and in, and nothing of the sandbox");
        heard[0].Should().BePositive();
        all.Sum(count => count.Tried).Should().BeGreaterThan(FullRun.Choose(5_000_000, 5_000));
        swaps.Should().BeGreaterThan(FullRun.Choose(2_000, 20));
        growths.Should().Be(Rounds * Growths.Length);
    }

    public void Dispose() => Array.ForEach(_addresses, address => address.Dispose());

    private static FirewallPolicy Policy(IEnumerable<string> allowed)
    {
        FirewallPolicyBuilder builder = new();
        foreach (string rule in allowed)
        {
            builder.Allow(rule);
        }

        return builder.Build();
    }

    private async Task<int> SwapAsync(IEgressFirewall firewall)
    {
        FirewallPolicy one = Policy([.. Of("both"), .. Of("one")]);
        FirewallPolicy other = Policy([.. Of("both"), .. Of("other")]);
        int swaps = 0;
        for (Stopwatch time = Stopwatch.StartNew(); time.Elapsed < SwapTime; swaps++)
        {
            await firewall.ApplyAsync(swaps % 2 == 0 ? other : one);
        }

        return swaps;
    }

    /// <summary>Each is larger than what the one before had room in.</summary>
    private async Task<int> GrowAsync(IEgressFirewall firewall)
    {
        foreach (int networks in Growths)
        {
            IEnumerable<string> many = Enumerable.Range(0, networks).Select(i => $"10.{i >> 12}.{(i >> 4) & 255}.{(i & 15) * 2}");
            await firewall.ApplyAsync(Policy([.. Of("both"), .. Of("other"), .. many]));
            await firewall.ApplyAsync(Policy([.. Of("both"), .. Of("one")]));
        }

        return Growths.Length;
    }

    private string[] Of(string name) => [.. _addresses.Skip(2 * Array.IndexOf(Classes, name)).Take(2).Select(address => address.Address.ToString())];
}
