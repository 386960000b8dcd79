namespace EbpfFirewall.DatapathBench;

/// <summary>One comparison: what ours took and what the yardstick took, by turns, in nanoseconds.</summary>
/// <param name="Work">What was done.</param>
/// <param name="Yardstick">What it is compared with.</param>
/// <param name="Rounds">Ours and the yardstick's, one after the other.</param>
/// <param name="Note">Anything else that was found.</param>
internal sealed record Row(string Work, string Yardstick, IReadOnlyList<(double Ours, double Theirs)> Rounds, string Note = "")
{
    internal (double Min, double Median, double Max) Ours => Spread(Rounds.Select(static round => round.Ours));

    internal (double Min, double Median, double Max) Theirs => Spread(Rounds.Select(static round => round.Theirs));

    /// <summary>Below 1 ours was the faster one.</summary>
    internal (double Min, double Median, double Max) Ratio => Spread(Rounds.Select(static round => round.Ours / round.Theirs));

    private static (double Min, double Median, double Max) Spread(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[0], sorted[sorted.Length / 2], sorted[^1]);
    }
}
