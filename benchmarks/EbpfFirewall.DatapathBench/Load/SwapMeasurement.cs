using System.Diagnostics;
using System.Globalization;
using EbpfFirewall.Policies;

namespace EbpfFirewall.DatapathBench;

/// <summary>A policy replaced by another one of the same size, in one sandbox, through the public API.</summary>
internal static class SwapMeasurement
{
    internal static async IAsyncEnumerable<Row> MeasureAsync(BenchOptions options)
    {
        foreach (int networks in options.Quick ? (int[])[1_000, 10_000] : [1_000, 100_000, 1_000_000])
        {
            Destinations destinations = Destinations.Create(networks);
            await using IEgressFirewall firewall = await destinations.Allow(new FirewallBuilder(), networks).StartAsync();
            await using ISandbox sandbox = await firewall.CreateSandboxAsync("bench");
            FirewallPolicy[] policies =
            [
                destinations.Allow(new FirewallBuilder(), networks - 1).BuildPolicy(),
                destinations.Allow(new FirewallBuilder(), networks).BuildPolicy(),
            ];
            List<double> rounds = [];
            for (int round = 0; round <= options.Rounds; round++)
            {
                long start = Stopwatch.GetTimestamp();
                await firewall.ApplyAsync(policies[round % 2]);
                rounds.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds);
            }

            // The first grows the memory.
            yield return Row.Alone(
                string.Create(CultureInfo.InvariantCulture, $"a policy of {networks:N0} networks replaced"), rounds.Skip(1));
        }
    }
}
