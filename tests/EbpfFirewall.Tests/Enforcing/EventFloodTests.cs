using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using EbpfFirewall.Decisions;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Enforcing;

/// <summary>One sandbox makes more events than anybody can read.</summary>
public sealed class EventFloodTests
{
    private const int QuietDenials = 20;
    private const int Flooders = 2;
    private const double FloodSeconds = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [KernelFact]
    public async Task It_loses_its_own_events_and_nobody_elses()
    {
        var told = new ConcurrentDictionary<int, long>();
        await using Lab lab = await Lab.StartAsync(firewall => firewall.Allow("192.0.2.1").OnDecision(decision =>
        {
            if (decision.Sandbox == "quiet")
            {
                told[decision.Destination!.Port] = Stopwatch.GetTimestamp();
            }
        }));
        await using ISandbox quiet = await lab.Firewall.CreateSandboxAsync("quiet", Lab.AsOurselves);
        using ProbeSession probe = await ProbeSession.StartAsync(quiet);

        Process[] floods = [.. Enumerable.Range(0, Flooders).Select(i => lab.Sandbox.Start(Connects.Flood($"{11 + i}.0.0.0", FloodSeconds)))];
        var delays = new List<TimeSpan>();
        for (int port = 1; port <= QuietDenials; port++)
        {
            long before = Stopwatch.GetTimestamp();
            (await probe.DoAsync($"tcp 4 192.0.2.99 {port}")).Should().Be("EPERM");
            SpinWait.SpinUntil(() => told.ContainsKey(port), Patience).Should().BeTrue();
            delays.Add(Stopwatch.GetElapsedTime(before, told[port]));
        }

        long tried = 0;
        foreach (Process flood in floods)
        {
            long[] counts = [.. (await flood.StandardOutput.ReadToEndAsync()).Split(' ').Select(text => long.Parse(text, CultureInfo.InvariantCulture))];
            await flood.WaitForExitAsync();
            counts[1].Should().Be(0, "nothing passes");
            tried += counts[0];
            flood.Dispose();
        }

        delays.Max().Should().BeLessThan(TimeSpan.FromSeconds(1));
        quiet.Statistics.Should().Be(new SandboxStatistics(QuietDenials, 0, 0, 0, EventsDropped: 0, TableFull: 0));
        SandboxStatistics loud = lab.Sandbox.Statistics;
        loud.Denied.Should().Be(tried);
        loud.EventsDropped.Should().BePositive();
        loud.TableFull.Should().Be(0);
        DecisionEvent[] decisions = await lab.EndAsync();
        decisions.Count(decision => decision.Sandbox == "quiet").Should().Be(QuietDenials);
        decisions.Where(decision => decision.Sandbox == "lab").Sum(decision => decision.RepeatCount).Should().Be(tried - loud.EventsDropped);
    }
}
