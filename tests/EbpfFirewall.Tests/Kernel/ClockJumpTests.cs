using EbpfFirewall.Core.Tests.Support;
using EbpfFirewall.Kernel;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Kernel;

/// <summary>The time of day is set. The host's is everybody's, so what would be read of it is given here.</summary>
public sealed class ClockJumpTests
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void An_event_that_is_read_afterwards_is_as_old_as_it_is_by_the_new_time(int hours)
    {
        var time = new ManualClock();
        var clock = new BootClock(time);
        ulong now = BootClock.NowNs;
        ulong minuteAgo = now - (ulong)TimeSpan.FromMinutes(1).TotalNanoseconds;
        DateTimeOffset before = clock.ToTime(minuteAgo);

        time.Advance(TimeSpan.FromHours(hours));

        (clock.ToTime(minuteAgo) - before).Should().BeCloseTo(TimeSpan.FromHours(hours), Slack);
        (clock.ToTime(now) - clock.ToTime(minuteAgo)).Should().BeCloseTo(TimeSpan.FromMinutes(1), Slack);
    }

    [Fact]
    public void Nothing_but_the_time_that_events_carry_is_told_by_it()
    {
        string[] projects = ["EbpfFirewall", "EbpfFirewall.Dns", "EbpfFirewall.Core", "EbpfFirewall.Native"];
        string[] readers =
        [
            .. projects.SelectMany(project => Directory.GetFiles(RepositoryFiles.PathOf("src", project), "*.cs", SearchOption.AllDirectories))
                .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
                .Where(file => File.ReadAllText(file) is var text && (text.Contains("UtcNow", StringComparison.Ordinal) || text.Contains("DateTime.Now", StringComparison.Ordinal)))
                .Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal),
        ];

        readers.Should().Equal(["BootClock.cs", "DnsDecisionReader.cs", "SystemCallReporter.cs"], "grants, leases and tables count with clocks that nobody sets");
    }
}
