namespace EbpfFirewall.Integration.Tests.Infrastructure;

internal static class ProbeAssertions
{
    /// <summary>A denial is an answer, not a silence: far below any time-out, far above the noise of a busy machine.</summary>
    internal static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(50);

    /// <summary>The attempt got as far as it wanted.</summary>
    internal static void ShouldReach(this ProbeReport report) => report.Reached.Should().BeTrue("it is allowed\n{0}", report);

    /// <summary>The call failed with EPERM, or with the error given, and did so at once.</summary>
    internal static void ShouldBeDenied(this ProbeReport report, string error = "EPERM")
    {
        report.Reached.Should().BeFalse("it is denied\n{0}", report);
        report.Last.Error.Should().Be(error, "{0}", report);
        report.Last.Elapsed.Should().BeLessThan(AtOnce, "{0}", report);
    }
}
