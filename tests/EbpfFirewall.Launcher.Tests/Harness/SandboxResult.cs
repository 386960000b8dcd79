using System.Buffers.Binary;
using System.Text;

namespace EbpfFirewall.Launcher.Tests.Harness;

/// <summary>What a launcher and its program left.</summary>
internal sealed record SandboxResult(int ExitCode, byte[] Status, byte[] Output, string Error)
{
    private const int ReportSize = 8;

    public string Text => Encoding.UTF8.GetString(Output);

    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public (LauncherStage Stage, Errno Error)? Failure =>
        Reports.Where(report => report.Stage != LauncherStage.Confined).Select(report => (report.Stage, (Errno)report.Value)).Cast<(LauncherStage, Errno)?>().LastOrDefault();

    /// <summary>What the kernel could not enforce; null if the launcher did not get that far.</summary>
    public LauncherGaps? Gaps =>
        Reports.Where(report => report.Stage == LauncherStage.Confined).Select(report => (LauncherGaps)report.Value).Cast<LauncherGaps?>().LastOrDefault();

    private IEnumerable<(LauncherStage Stage, uint Value)> Reports =>
        Status.Skip(1).Chunk(ReportSize).Select(report =>
            ((LauncherStage)BinaryPrimitives.ReadUInt32LittleEndian(report), BinaryPrimitives.ReadUInt32LittleEndian(report.AsSpan(4))));

    /// <summary>The value of a line "name: value" of /proc/self/status.</summary>
    public string Field(string name) =>
        Array.Find(Lines, line => line.StartsWith(name + ":", StringComparison.Ordinal))![(name.Length + 1)..].Trim().Replace('\t', ' ');

    public void ShouldHaveRun()
    {
        Failure.Should().BeNull("it said {0}", Error);
        Gaps.Should().NotBeNull("every step must be done");
        Status.Should().HaveCount(1 + ReportSize);
        ExitCode.Should().Be(0, "it said {0} and {1}", Text, Error);
    }

    public void ShouldHaveFailed(LauncherStage stage, Errno error, int exitCode = 125)
    {
        Failure.Should().Be((stage, error));
        ExitCode.Should().Be(exitCode);
        Text.Should().BeEmpty("the program must not run");
    }
}
