namespace EbpfFirewall.KernelBench;

/// <summary>Least, middle and largest of some values.</summary>
internal readonly record struct Spread(double Min, double Median, double Max)
{
    internal static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Spread(sorted[0], sorted[sorted.Length / 2], sorted[^1]);
    }
}
