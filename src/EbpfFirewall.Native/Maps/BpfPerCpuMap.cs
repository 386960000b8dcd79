using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EbpfFirewall.Native.Maps;

namespace EbpfFirewall.Native;

/// <summary>A typed view of a per-CPU map: each key has a value for every possible CPU.</summary>
/// <typeparam name="TKey">Mirror of the C key.</typeparam>
/// <typeparam name="TValue">Mirror of the C value.</typeparam>
/// <remarks>Safe for concurrent use. It holds no descriptor of its own.</remarks>
public sealed class BpfPerCpuMap<TKey, TValue>
    where TKey : unmanaged
    where TValue : unmanaged
{
    private readonly int _stride;

    internal BpfPerCpuMap(BpfMap map)
    {
        _stride = (map.ValueSize + 7) / 8 * 8;
        if (Unsafe.SizeOf<TKey>() != map.KeySize || Unsafe.SizeOf<TValue>() != map.ValueSize || map.ValueBufferSize != _stride * CpuCount)
        {
            throw new ArgumentException(
                $"Map '{map.Name}' ({map.Type}) has keys of {map.KeySize} and values of {map.ValueSize} bytes, or is not per-CPU.");
        }

        Map = map;
    }

    /// <summary>How many possible CPUs there are, and so values a key.</summary>
    public int CpuCount { get; } = PossibleCpus.Count;

    /// <summary>The map itself.</summary>
    public BpfMap Map { get; }

    // The kernel rounds each value up to 8 bytes; values of such sizes go in and out as they are.
    private bool IsPacked => _stride == Unsafe.SizeOf<TValue>();

    /// <summary>Reads the values of all CPUs.</summary>
    /// <param name="key">The key.</param>
    /// <param name="values">At least <see cref="CpuCount"/> values.</param>
    /// <returns>False when the key is not there.</returns>
    public bool TryGetValues(in TKey key, Span<TValue> values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, CpuCount, nameof(values));
        if (IsPacked)
        {
            return Map.TryLookup(Bytes(in key), MemoryMarshal.AsBytes(values));
        }

        byte[] slots = ArrayPool<byte>.Shared.Rent(Map.ValueBufferSize);
        try
        {
            bool found = Map.TryLookup(Bytes(in key), slots);
            if (found)
            {
                Unpack(slots, values[..CpuCount]);
            }

            return found;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(slots);
        }
    }

    /// <summary>Stores the values of all CPUs.</summary>
    /// <param name="key">The key.</param>
    /// <param name="values">Exactly <see cref="CpuCount"/> values.</param>
    /// <param name="mode">What to do when the key is there, or is not.</param>
    public void SetValues(in TKey key, ReadOnlySpan<TValue> values, BpfUpdateMode mode = BpfUpdateMode.Any)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, CpuCount, nameof(values));
        if (IsPacked)
        {
            Map.Update(Bytes(in key), MemoryMarshal.AsBytes(values), mode);
            return;
        }

        byte[] slots = ArrayPool<byte>.Shared.Rent(Map.ValueBufferSize);
        try
        {
            Map.Update(Bytes(in key), Pack(values, slots), mode);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(slots);
        }
    }

    /// <summary>Stores the values of all CPUs for many keys, see <see cref="BpfMap.UpdateBatch"/>.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="values"><see cref="CpuCount"/> values a key, one key after the other.</param>
    /// <param name="mode">What to do when a key is there, or is not.</param>
    public void SetMany(ReadOnlySpan<TKey> keys, ReadOnlySpan<TValue> values, BpfUpdateMode mode = BpfUpdateMode.Any)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, keys.Length * CpuCount, nameof(values));
        if (IsPacked)
        {
            Map.UpdateBatch(MemoryMarshal.AsBytes(keys), MemoryMarshal.AsBytes(values), mode);
            return;
        }

        byte[] slots = ArrayPool<byte>.Shared.Rent(values.Length * _stride);
        try
        {
            Map.UpdateBatch(MemoryMarshal.AsBytes(keys), Pack(values, slots), mode);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(slots);
        }
    }

    /// <summary>Reads the next elements in one system call, see <see cref="BpfMap.ReadBatch"/>.</summary>
    /// <param name="cursor">Where the last call ended.</param>
    /// <param name="keys">Room for keys.</param>
    /// <param name="values">Room for <see cref="CpuCount"/> values a key.</param>
    /// <param name="delete">Whether the elements are removed.</param>
    /// <returns>How many keys were read; 0 at the end.</returns>
    public int ReadBatch(BpfBatchCursor cursor, Span<TKey> keys, Span<TValue> values, bool delete = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, keys.Length * CpuCount, nameof(values));
        if (IsPacked)
        {
            return Map.ReadBatch(cursor, MemoryMarshal.AsBytes(keys), MemoryMarshal.AsBytes(values), delete);
        }

        byte[] slots = ArrayPool<byte>.Shared.Rent(keys.Length * Map.ValueBufferSize);
        try
        {
            int count = Map.ReadBatch(cursor, MemoryMarshal.AsBytes(keys), slots, delete);
            Unpack(slots, values[..(count * CpuCount)]);
            return count;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(slots);
        }
    }

    private static ReadOnlySpan<byte> Bytes(ref readonly TKey key) => MemoryMarshal.AsBytes(new ReadOnlySpan<TKey>(in key));

    /// <summary>Puts each value into a slot of its own and returns the part that was filled; what is between values is zero.</summary>
    private Span<byte> Pack(ReadOnlySpan<TValue> values, byte[] slots)
    {
        Span<byte> filled = slots.AsSpan(0, values.Length * _stride);
        filled.Clear();
        for (int i = 0; i < values.Length; i++)
        {
            MemoryMarshal.Write(filled[(i * _stride)..], in values[i]);
        }

        return filled;
    }

    private void Unpack(byte[] slots, Span<TValue> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = MemoryMarshal.Read<TValue>(slots.AsSpan(i * _stride));
        }
    }
}
