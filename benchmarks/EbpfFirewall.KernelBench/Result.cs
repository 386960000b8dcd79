namespace EbpfFirewall.KernelBench;

/// <summary>All rounds of a work, by pairs: what C took and what C# took right before or after.</summary>
internal sealed record Result(Work Work, IReadOnlyList<(Sample C, Sample Net)> Rounds)
{
    internal Spread C => Spread.Of(Rounds.Select(r => (double)r.C.Nanoseconds / Work.Count));

    internal Spread Net => Spread.Of(Rounds.Select(r => (double)r.Net.Nanoseconds / Work.Count));

    /// <summary>Above 1 C# was the faster one.</summary>
    internal Spread Ratio => Spread.Of(Rounds.Select(static r => (double)r.C.Nanoseconds / r.Net.Nanoseconds));

    internal double BytesEach => Rounds.Min(r => (double)r.Net.AllocatedBytes / Work.Count);

    internal long LostByC => Rounds.Sum(static r => r.C.Lost);

    internal long LostByNet => Rounds.Sum(static r => r.Net.Lost);
}
