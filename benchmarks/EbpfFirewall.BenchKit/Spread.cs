namespace EbpfFirewall.BenchKit;

/// <summary>Least, middle and largest of some values; of an even number of them the middle is between two.</summary>
public readonly record struct Spread(double Min, double Median, double Max)
{
    /// <exception cref="ArgumentException">There are none, or one is no number: then nothing was measured.</exception>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0 || !sorted.All(double.IsFinite))
        {
            throw new ArgumentException("There is no spread of nothing.", nameof(values));
        }

        int middle = sorted.Length / 2;
        double median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, sorted[^1]);
    }
}
