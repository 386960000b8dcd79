using System.Numerics;
using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Memory;

/// <summary>
/// Nested networks made flat: where along the addresses the class changes, and to what. Between two neighbours the narrowest network
/// decides.
/// </summary>
/// <typeparam name="TAddress">An address as a number.</typeparam>
internal sealed class ClassRanges<TAddress>
    where TAddress : unmanaged, IBinaryInteger<TAddress>, IMinMaxValue<TAddress>
{
    private readonly List<TAddress> _keys;
    private readonly List<uint> _classes;
    private readonly Stack<(TAddress Last, uint Class)> _open = new();

    public ClassRanges(int networks)
    {
        _keys = new List<TAddress>(networks * 2);
        _classes = new List<uint>(networks * 2);
    }

    /// <summary>Where classes begin, rising; below the first there is none.</summary>
    public ReadOnlySpan<TAddress> Keys => CollectionsMarshal.AsSpan(_keys);

    /// <summary>The class from each key on; 0: none.</summary>
    public ReadOnlySpan<uint> Classes => CollectionsMarshal.AsSpan(_classes);

    /// <summary>Adds a network. They come by rising first address, a network before those inside it.</summary>
    public void Add(TAddress first, TAddress last, uint addressClass)
    {
        while (_open.TryPeek(out (TAddress Last, uint Class) open) && open.Last < first)
        {
            Close();
        }

        Begin(first, addressClass);
        _open.Push((last, addressClass));
    }

    /// <summary>Ends the networks that are still open.</summary>
    public void Complete()
    {
        while (_open.Count > 0)
        {
            Close();
        }
    }

    private void Close()
    {
        TAddress last = _open.Pop().Last;
        if (last != TAddress.MaxValue)
        {
            Begin(last + TAddress.One, _open.TryPeek(out (TAddress Last, uint Class) open) ? open.Class : 0);
        }
    }

    // A later word about the same address stands; one that changes nothing goes.
    private void Begin(TAddress at, uint addressClass)
    {
        int count = _keys.Count;
        if (count > 0 && _keys[count - 1] == at)
        {
            count--;
            _keys.RemoveAt(count);
            _classes.RemoveAt(count);
        }

        uint before = count > 0 ? _classes[count - 1] : 0;
        if (before != addressClass)
        {
            _keys.Add(at);
            _classes.Add(addressClass);
        }
    }
}
