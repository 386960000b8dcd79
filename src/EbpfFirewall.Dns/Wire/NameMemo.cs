namespace EbpfFirewall.Dns.Wire;

/// <summary>
/// The expanded lengths behind pointer targets that were measured already. One entry serves honest messages, where nearly
/// every pointer leads to the question; a message that makes the walks long gets a table.
/// </summary>
internal struct NameMemo
{
    /// <summary>Labels and pointers walked before a table is worth clearing.</summary>
    private const int WorkBeforeTable = 2048;

    /// <summary>A pointer has 14 bits.</summary>
    private const int TableSize = 1 << 14;

    /// <summary>Per target: length, and the pointers behind it in the upper octet; 0 is "not measured".</summary>
    [ThreadStatic]
    private static ushort[]? _table;

    [ThreadStatic]
    private static long _tableOwner;

    [ThreadStatic]
    private static long _lastOwner;

    private int _target;
    private int _length;
    private int _pointers;
    private int _work;
    private long _owner;

    /// <summary>What is behind <paramref name="target"/>, if it was measured in this message.</summary>
    internal readonly bool TryGet(int target, out int length, out int pointers)
    {
        if (target == _target)
        {
            length = _length;
            pointers = _pointers;
            return true;
        }

        // The table is the thread's: it counts only while no reader of another message has taken it.
        int entry = _owner != 0 && _owner == _tableOwner ? _table![target] : 0;
        length = entry & 0xFF;
        pointers = entry >> 8;
        return entry != 0;
    }

    /// <summary>Remembers what a walk found out.</summary>
    internal void Put(int target, int length, int pointers, int messageLength)
    {
        if (target == _target)
        {
            return;
        }

        _target = target;
        _length = length;
        _pointers = pointers;
        _work += pointers + (length >> 1);
        if (_work < WorkBeforeTable)
        {
            return;
        }

        if (_owner == 0 || _owner != _tableOwner)
        {
            _table ??= new ushort[TableSize];
            _table.AsSpan(0, Math.Min(TableSize, messageLength)).Clear();
            _owner = ++_lastOwner;
            _tableOwner = _owner;
        }

        _table![target] = (ushort)(length | (pointers << 8));
    }
}
