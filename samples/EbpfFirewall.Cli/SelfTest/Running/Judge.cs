using System.Globalization;
using EbpfFirewall.Cli.SelfTest.Attempts;
using EbpfFirewall.Cli.SelfTest.Interop;
using EbpfFirewall.Cli.SelfTest.Report;
using EbpfFirewall.Decisions;

namespace EbpfFirewall.Cli.SelfTest.Running;

/// <summary>Says what an attempt came to.</summary>
internal static class Judge
{
    private const double AtOnceMs = 100;

    /// <summary>Whether it got somewhere.</summary>
    public static bool Reached(Attempt attempt, AttemptReport report, Evidence evidence) =>
        attempt.IsLegitimate || attempt.Proof is not null ? report.Completed : !evidence.IsEmpty;

    /// <summary>It cannot be tried on this machine at all.</summary>
    public static AttemptResult NotPossible(Attempt attempt, AttemptReport control) =>
        Row(attempt, "not possible here", asExpected: true, control, null, new Evidence(0, 0, ""), Reason(control));

    public static AttemptResult Confined(Attempt attempt, AttemptReport report, Evidence evidence, DecisionEvent? told, string expectedCommand)
    {
        bool reached = Reached(attempt, report, evidence);
        AttemptResult Say(string result, bool asExpected, string detail) => Row(attempt, result, asExpected, report, told, evidence, detail);

        if (attempt.IsLegitimate)
        {
            return reached ? Say("works", true, "") : Say("does not work", false, Reason(report));
        }

        if (attempt.NotStopped is { } reason)
        {
            return reached ? Say("not stopped", true, reason) : Say("stopped", false, "it is expected to get through; is it stopped now?");
        }

        if (reached)
        {
            return Say("GOT THROUGH", false, evidence.Where.Length > 0 ? evidence.Where : attempt.Proof ?? "");
        }

        if (report.Note is { } note && report.Steps.Count == 0 && !attempt.Alone)
        {
            return Say("NO RESULT", false, note);
        }

        if (attempt.AtOnce && !attempt.Alone && (report.Refused is not { } refused || refused.Milliseconds > AtOnceMs))
        {
            return Say(report.Refused is null ? "SILENT" : "SLOW", false, report.Refused is null ? "no call failed" : "the call hung");
        }

        if (attempt.NoEvent is { } silence)
        {
            return Say("stopped", true, silence);
        }

        if (told is null)
        {
            return Say("NO EVENT", false, $"nothing told of it (expected {string.Join(" or ", attempt.Reasons)})");
        }

        return expectedCommand.Length > 0 && told.Process.CommandLine != expectedCommand
            ? Say("WRONG EVENT", false, $"the event names '{told.Process.CommandLine}'")
            : Say("stopped", true, "");
    }

    private static AttemptResult Row(Attempt attempt, string result, bool asExpected, AttemptReport report, DecisionEvent? told, Evidence evidence, string detail) =>
        new(
            attempt,
            result,
            asExpected,
            report.Refused is { } refused ? $"{refused.Name}: {Errno.Name(refused.Error)}" : report.Steps.Count == 0 ? report.Note ?? "" : "",
            report.Refused?.Milliseconds ?? report.Steps.Select(step => step.Milliseconds).DefaultIfEmpty().Max(),
            told?.Reason.ToString() ?? "",
            evidence.Bytes,
            evidence.Packets,
            detail);

    private static string Reason(AttemptReport report) => report.Refused is { } refused
        ? string.Create(CultureInfo.InvariantCulture, $"{refused.Name}: {Errno.Name(refused.Error)}{(report.Note is null ? "" : $", {report.Note}")}")
        : report.Note ?? "nothing arrived";
}
