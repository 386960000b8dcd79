using EbpfFirewall.Cli.SelfTest.Attempts;

namespace EbpfFirewall.Cli.SelfTest.Report;

/// <summary>A row of the table.</summary>
/// <param name="Attempt">Which attempt.</param>
/// <param name="Result">What came of it, in a word or two.</param>
/// <param name="AsExpected">Whether that is right.</param>
/// <param name="Error">What the refused call answered; empty when none was refused.</param>
/// <param name="Milliseconds">How long the refused call took; else the whole attempt's longest call.</param>
/// <param name="EventReason">Reason of the event that told of it; empty without one.</param>
/// <param name="Bytes">Bytes that arrived.</param>
/// <param name="Packets">Packets that arrived.</param>
/// <param name="Detail">What is wrong, or worth knowing.</param>
internal sealed record AttemptResult(
    Attempt Attempt,
    string Result,
    bool AsExpected,
    string Error,
    double Milliseconds,
    string EventReason,
    int Bytes,
    int Packets,
    string Detail)
{
    public string Expected => Attempt.IsLegitimate ? "works" : Attempt.NotStopped is null ? "stopped" : "not stopped";
}
