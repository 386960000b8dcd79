namespace EbpfFirewall.Policies.Rules;

/// <summary>A set of ports, kept as sorted runs that neither overlap nor touch.</summary>
internal sealed class PortSet
{
    private readonly List<PortRange> _runs = [];

    internal bool Covers(PortRange range)
    {
        int at = FindFirstEndingAtOrAfter(range.First);
        return at < _runs.Count && _runs[at].First <= range.First && range.Last <= _runs[at].Last;
    }

    internal void Add(PortRange range)
    {
        // Runs that end right in front of the range touch it, and are swallowed too.
        int at = FindFirstEndingAtOrAfter(range.First == 0 ? (ushort)0 : (ushort)(range.First - 1));
        int end = at;
        for (; end < _runs.Count && _runs[end].First <= range.Last + 1; end++)
        {
            range = new PortRange(Math.Min(range.First, _runs[end].First), Math.Max(range.Last, _runs[end].Last));
        }

        _runs.RemoveRange(at, end - at);
        _runs.Insert(at, range);
    }

    private int FindFirstEndingAtOrAfter(ushort port)
    {
        int low = 0;
        int high = _runs.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_runs[middle].Last < port)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
