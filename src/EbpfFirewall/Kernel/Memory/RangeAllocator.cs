namespace EbpfFirewall.Kernel.Memory;

/// <summary>Hands out ranges of numbers, the lowest that fits first.</summary>
internal sealed class RangeAllocator
{
    // Free ranges, rising; no two touch.
    private readonly List<(uint First, uint Count)> _free;

    /// <param name="first">The lowest number.</param>
    /// <param name="count">How many there are.</param>
    public RangeAllocator(uint first, uint count) => _free = count == 0 ? [] : [(first, count)];

    /// <summary>Numbers that are free.</summary>
    public uint FreeCount => (uint)_free.Sum(range => range.Count);

    /// <summary>Takes a range.</summary>
    /// <returns>False when no free range is that long.</returns>
    public bool TryTake(uint count, out uint first)
    {
        int at = _free.FindIndex(range => range.Count >= count);
        if (at < 0)
        {
            first = 0;
            return false;
        }

        (first, uint free) = _free[at];
        if (free == count)
        {
            _free.RemoveAt(at);
        }
        else
        {
            _free[at] = (first + count, free - count);
        }

        return true;
    }

    /// <summary>Gives a range back.</summary>
    public void Give(uint first, uint count)
    {
        int at = _free.FindIndex(range => range.First > first);
        at = at < 0 ? _free.Count : at;
        if (at < _free.Count && first + count == _free[at].First)
        {
            count += _free[at].Count;
            _free.RemoveAt(at);
        }

        if (at > 0 && _free[at - 1].First + _free[at - 1].Count == first)
        {
            _free[at - 1] = (_free[at - 1].First, _free[at - 1].Count + count);
        }
        else
        {
            _free.Insert(at, (first, count));
        }
    }
}
