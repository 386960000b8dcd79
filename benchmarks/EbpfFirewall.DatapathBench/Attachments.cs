using System.Diagnostics;

namespace EbpfFirewall.DatapathBench;

/// <summary>Sandboxes made, given another policy and ended, many at a time.</summary>
internal static class Attachments
{
    private const string Yardstick = "the first of them";

    /// <summary>Does it with that many sandboxes at once; a ratio near 1 says that the number of others does not matter.</summary>
    internal static IEnumerable<Row> Measure(int count) => MeasureAsync(count).GetAwaiter().GetResult();

    private static async Task<IReadOnlyList<Row>> MeasureAsync(int count)
    {
        await using IEgressFirewall firewall = await new FirewallBuilder().Allow("192.0.2.0/24", "example.com").StartAsync();
        List<ISandbox> sandboxes = [];
        List<double> made = [];
        for (int i = 0; i < count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            sandboxes.Add(await firewall.CreateSandboxAsync($"bench-{i}"));
            made.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        }

        List<double> ended = [];
        foreach (ISandbox sandbox in sandboxes)
        {
            long start = Stopwatch.GetTimestamp();
            await sandbox.DisposeAsync();
            ended.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        }

        string others = $"with up to {count - 1} others";
        return
        [
            new Row($"a sandbox made, {others}", Yardstick, [.. made.Skip(1).Select(time => (time, made.Skip(1).First()))]),
            new Row($"a sandbox ended, {others}", Yardstick, [.. ended.Skip(1).Select(time => (time, ended[0]))]),
        ];
    }
}
