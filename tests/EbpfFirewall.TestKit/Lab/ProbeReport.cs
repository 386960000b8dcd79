using System.Globalization;
using EbpfFirewall.TestKit.Commands;

namespace EbpfFirewall.TestKit.Lab;

/// <summary>What the probe printed.</summary>
/// <param name="Result">The command that ran it.</param>
/// <param name="Steps">Its steps, in order.</param>
public sealed record ProbeReport(CommandResult Result, IReadOnlyList<ProbeStep> Steps)
{
    /// <summary>True when the probe reached what it was after.</summary>
    public bool Reached => Result.ExitCode == 0;

    /// <summary>The last step, which is the one that failed when it was not reached.</summary>
    public ProbeStep Last => Steps.Count > 0 ? Steps[^1] : throw new InvalidOperationException($"No step.\n{Result}");

    public ProbeStep this[string name] =>
        Steps.LastOrDefault(step => step.Name == name) ?? throw new InvalidOperationException($"No step \"{name}\".\n{Result}");

    public static ProbeReport Parse(CommandResult result)
    {
        List<ProbeStep> steps = [];
        foreach (string line in result.Lines)
        {
            string[] parts = line.Split(' ', 4);
            if (parts.Length >= 3 && long.TryParse(parts[2], CultureInfo.InvariantCulture, out long microseconds))
            {
                steps.Add(new ProbeStep(
                    parts[0], parts[1], TimeSpan.FromMicroseconds(microseconds), parts.Length > 3 ? parts[3] : ""));
            }
        }

        return new ProbeReport(result, steps);
    }

    public override string ToString() => Result.ToString();
}
