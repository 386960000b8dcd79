namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>What came of an attempt, as its own process saw it.</summary>
/// <param name="Id">The attempt.</param>
/// <param name="Steps">What it called, in order.</param>
/// <param name="Completed">Whether it got to its end.</param>
/// <param name="Note">What went wrong, or what it wants to say.</param>
/// <param name="Processes">Processes that acted for it.</param>
internal sealed record AttemptReport(string Id, IReadOnlyList<AttemptStep> Steps, bool Completed, string? Note, IReadOnlyList<int> Processes)
{
    /// <summary>The step that was refused; null when none was.</summary>
    public AttemptStep? Refused => Steps.LastOrDefault(step => step.Error != 0);
}
