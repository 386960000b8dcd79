using System.Globalization;

namespace EbpfFirewall.DatapathBench;

/// <summary>The most that a median may be.</summary>
/// <param name="Most">The bound, which is met by what equals it.</param>
/// <param name="IsOfRatio">True when it bounds the ratio, false for ours in the row's unit.</param>
internal sealed record Target(double Most, bool IsOfRatio)
{
    internal static Target Ratio(double most) => new(most, IsOfRatio: true);

    internal static Target Value(double most) => new(most, IsOfRatio: false);

    /// <exception cref="InvalidOperationException">It bounds the ratio of a row that has none.</exception>
    internal bool IsMetBy(Row row) => IsOfRatio
        ? (row.Ratio ?? throw new InvalidOperationException($"'{row.Work}' is compared with nothing.")).Median <= Most
        : row.Ours.Median <= Most;

    internal string ToText(Row row) =>
        $"≤ {(IsOfRatio ? Most.ToString("0.###", CultureInfo.InvariantCulture) : Quantity.Format(Most, row.Unit))}";
}
