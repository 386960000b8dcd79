using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EbpfFirewall.Native;

public sealed partial class BpfMap<TKey, TValue>
{
    private const int BatchBytes = 64 << 10;

    /// <summary>
    /// All elements, many to a system call where the map type knows batches. What is added or removed meanwhile may come or not; a hash
    /// table's other elements come once each. Removing what was returned is safe. Map types without batches are walked key by key, as
    /// far as concurrent change allows (<see cref="BpfMap.EnumerateKeys"/>). Nothing is allocated an element.
    /// </summary>
    /// <exception cref="BpfException">The kernel refused to read the map.</exception>
    public IEnumerable<KeyValuePair<TKey, TValue>> Enumerate()
    {
        BpfBatchCursor cursor = new();
        int room = (int)Math.Clamp(BatchBytes / (Unsafe.SizeOf<TKey>() + Unsafe.SizeOf<TValue>()), 1, Math.Max(1, Map.MaxEntries));
        TKey[] keys = new TKey[room];
        TValue[] values = new TValue[room];

        // Only hash tables are read bucket by bucket; where another walk starts over because its key is gone, it must end nonetheless.
        bool isTable = Map.Type is BpfMapType.Hash or BpfMapType.LruHash or BpfMapType.PerCpuHash or BpfMapType.LruPerCpuHash;
        long left = isTable ? long.MaxValue : Map.MaxEntries;
        while (!cursor.IsAtEnd && left > 0)
        {
            int count = Map.TryReadBatch(cursor, MemoryMarshal.AsBytes(keys.AsSpan()), MemoryMarshal.AsBytes(values.AsSpan()), delete: false);
            if (count == -(int)Errno.ENOTSUPP)
            {
                foreach (KeyValuePair<TKey, TValue> element in Walk())
                {
                    yield return element;
                }

                yield break;
            }

            // A hash table hands a bucket out whole, and none holds more than the map does.
            if (count == -(int)Errno.ENOSPC && keys.Length <= Map.MaxEntries)
            {
                keys = new TKey[keys.Length * 2];
                values = new TValue[keys.Length];
                continue;
            }

            BpfException.Check(count, $"enumerate map '{Map.Name}'");
            for (int i = 0; i < count && left > 0; i++, left--)
            {
                yield return new KeyValuePair<TKey, TValue>(keys[i], values[i]);
            }
        }
    }

    /// <summary>The walk of <see cref="BpfMap.EnumerateKeys"/>; a key that is gone when its value is read is left out.</summary>
    private IEnumerable<KeyValuePair<TKey, TValue>> Walk()
    {
        TKey next = default;
        bool more = Map.TryGetNextKey([], Room(ref next));
        for (uint seen = 0; more && seen < Map.MaxEntries; seen++)
        {
            TKey present = next;
            bool found = TryGetValue(in present, out TValue value);
            more = Map.TryGetNextKey(Bytes(in present), Room(ref next));
            if (found)
            {
                yield return new KeyValuePair<TKey, TValue>(present, value);
            }
        }
    }

    private static Span<byte> Room(ref TKey key) => MemoryMarshal.AsBytes(new Span<TKey>(ref key));
}
