using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EbpfFirewall.Native;

/// <summary>A typed view of a map: keys and values are the bytes of unmanaged types, in the layout the program uses.</summary>
/// <typeparam name="TKey">Mirror of the C key. Padding bytes are part of a key: have none, or zero them.</typeparam>
/// <typeparam name="TValue">Mirror of the C value.</typeparam>
/// <remarks>Safe for concurrent use. It holds no descriptor of its own; the <see cref="Map"/> is disposed instead.</remarks>
public sealed partial class BpfMap<TKey, TValue>
    where TKey : unmanaged
    where TValue : unmanaged
{
    internal BpfMap(BpfMap map)
    {
        if (Unsafe.SizeOf<TKey>() != map.KeySize || Unsafe.SizeOf<TValue>() != map.ValueBufferSize)
        {
            throw new ArgumentException(
                $"Map '{map.Name}' has keys of {map.KeySize} and values of {map.ValueBufferSize} bytes; "
                + $"{typeof(TKey).Name} has {Unsafe.SizeOf<TKey>()}, {typeof(TValue).Name} {Unsafe.SizeOf<TValue>()}.");
        }

        Map = map;
    }

    /// <summary>The map itself.</summary>
    public BpfMap Map { get; }

    /// <summary>Looks a key up; false when it is not there.</summary>
    public bool TryGetValue(in TKey key, out TValue value)
    {
        value = default;
        return Map.TryLookup(Bytes(in key), MemoryMarshal.AsBytes(new Span<TValue>(ref value)));
    }

    /// <summary>Looks a key up and removes it in one step; false when it is not there.</summary>
    public bool TryTake(in TKey key, out TValue value)
    {
        value = default;
        return Map.TryLookupAndDelete(Bytes(in key), MemoryMarshal.AsBytes(new Span<TValue>(ref value)));
    }

    /// <summary>Stores a value; throws <see cref="BpfException"/> as <see cref="BpfMap.Update"/> does.</summary>
    public void Set(in TKey key, in TValue value, BpfUpdateMode mode = BpfUpdateMode.Any) => Map.Update(Bytes(in key), Bytes(in value), mode);

    /// <summary>Stores a value and says when there is no room.</summary>
    public BpfUpdateResult TrySet(in TKey key, in TValue value, BpfUpdateMode mode = BpfUpdateMode.Any) =>
        Map.TryUpdate(Bytes(in key), Bytes(in value), mode);

    /// <summary>Removes a key; false when it was not there.</summary>
    public bool Remove(in TKey key) => Map.Delete(Bytes(in key));

    /// <summary>Stores many values, see <see cref="BpfMap.UpdateBatch"/>.</summary>
    public void SetMany(ReadOnlySpan<TKey> keys, ReadOnlySpan<TValue> values, BpfUpdateMode mode = BpfUpdateMode.Any) =>
        Map.UpdateBatch(MemoryMarshal.AsBytes(keys), MemoryMarshal.AsBytes(values), mode);

    /// <summary>Removes many keys; returns how many were there.</summary>
    public int RemoveMany(ReadOnlySpan<TKey> keys) => Map.DeleteBatch(MemoryMarshal.AsBytes(keys));

    /// <summary>Reads the next elements in one system call, see <see cref="BpfMap.ReadBatch"/>.</summary>
    public int ReadBatch(BpfBatchCursor cursor, Span<TKey> keys, Span<TValue> values, bool delete = false) =>
        Map.ReadBatch(cursor, MemoryMarshal.AsBytes(keys), MemoryMarshal.AsBytes(values), delete);

    private static ReadOnlySpan<byte> Bytes<T>(ref readonly T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value));
}
