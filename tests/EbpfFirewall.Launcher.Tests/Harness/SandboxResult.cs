using System.Buffers.Binary;
using System.Text;

namespace EbpfFirewall.Launcher.Tests.Harness;

/// <summary>What a launcher and its program left.</summary>
internal sealed record SandboxResult(int ExitCode, byte[] Status, byte[] Output, string Error)
{
    public string Text => Encoding.UTF8.GetString(Output);

    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public (LauncherStage Stage, Errno Error)? Failure =>
        Status is [(byte)'o', .. { Length: 8 } failure]
            ? ((LauncherStage)BinaryPrimitives.ReadUInt32LittleEndian(failure),
                (Errno)BinaryPrimitives.ReadUInt32LittleEndian(failure.AsSpan(4)))
            : null;

    /// <summary>The value of a line "name: value" of /proc/self/status.</summary>
    public string Field(string name) =>
        Array.Find(Lines, line => line.StartsWith(name + ":", StringComparison.Ordinal))![(name.Length + 1)..].Trim().Replace('\t', ' ');

    public void ShouldHaveRun()
    {
        Status.Should().Equal([(byte)'o'], "stage {0}, {1}", Failure, Error);
        ExitCode.Should().Be(0, "it said {0} and {1}", Text, Error);
    }

    public void ShouldHaveFailed(LauncherStage stage, Errno error, int exitCode = 125)
    {
        Failure.Should().Be((stage, error));
        ExitCode.Should().Be(exitCode);
        Text.Should().BeEmpty("the program must not run");
    }
}
