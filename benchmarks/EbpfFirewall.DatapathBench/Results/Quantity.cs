using System.Globalization;

namespace EbpfFirewall.DatapathBench;

/// <summary>Nanoseconds and bytes as people write them: three or four digits and a unit.</summary>
internal static class Quantity
{
    private static readonly (double Factor, string Unit)[] Times = [(1, "ns"), (1e3, "µs"), (1e6, "ms"), (1e9, "s")];
    private static readonly (double Factor, string Unit)[] Sizes = [(1, "B"), (1 << 10, "KiB"), (1 << 20, "MiB"), (1 << 30, "GiB")];

    internal static string Format(double value, string unit)
    {
        (double factor, string name) = ScaleOf(value, unit);
        return $"{Digits(value / factor)} {name}";
    }

    /// <summary>The middle with its unit, the ends in the same one: "1.5 ms (1.2–2.0)".</summary>
    internal static string Format(Spread spread, string unit)
    {
        (double factor, string name) = ScaleOf(spread.Median, unit);
        return $"{Digits(spread.Median / factor)} {name} ({Digits(spread.Min / factor)}–{Digits(spread.Max / factor)})";
    }

    private static (double Factor, string Unit) ScaleOf(double value, string unit)
    {
        (double Factor, string Unit)[] scale = unit switch
        {
            "ns" => Times,
            "B" => Sizes,
            _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "no such unit"),
        };
        return scale.LastOrDefault(step => Math.Abs(value) >= step.Factor, scale[0]);
    }

    private static string Digits(double value)
    {
        string format = Math.Abs(value) switch { < 10 => "0.##", < 100 => "0.#", _ => "#,0" };
        return value.ToString(format, CultureInfo.InvariantCulture);
    }
}
