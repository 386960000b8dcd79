namespace EbpfFirewall.DatapathBench;

/// <summary>One line of the table: what ours took and what the yardstick took, by turns, a pair a round.</summary>
/// <param name="Work">What was done.</param>
/// <param name="Against">What it is compared with; null when it is with nothing, and then no yardstick's value counts.</param>
/// <param name="Rounds">Ours and the yardstick's of each round.</param>
internal sealed record Row(string Work, string? Against, IReadOnlyList<(double Ours, double Yardstick)> Rounds)
{
    /// <summary>What the values are in: "ns" or "B".</summary>
    internal string Unit { get; init; } = "ns";

    /// <summary>What it should be; null when nobody has said.</summary>
    internal Target? Target { get; init; }

    /// <summary>Anything else that was found.</summary>
    internal string Note { get; init; } = "";

    internal Spread Ours => Spread.Of(Rounds.Select(static round => round.Ours));

    internal Spread? Yardstick => Against is null ? null : Spread.Of(Rounds.Select(static round => round.Yardstick));

    /// <summary>Of each round by itself; below 1 ours took less.</summary>
    internal Spread? Ratio => Against is null ? null : Spread.Of(Rounds.Select(static round => round.Ours / round.Yardstick));

    /// <summary>A row of something that is compared with nothing.</summary>
    internal static Row Alone(string work, IEnumerable<double> values) =>
        new(work, null, [.. values.Select(static value => (value, double.NaN))]);
}
