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

    /// <summary>Reads the values of all CPUs.</summary>
    /// <param name="key">The key.</param>
    /// <param name="values">At least <see cref="CpuCount"/> values.</param>
    /// <returns>False when the key is not there.</returns>
    public bool TryGetValues(in TKey key, Span<TValue> values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, CpuCount, nameof(values));
        byte[] buffer = new byte[Map.ValueBufferSize];
        if (!Map.TryLookup(MemoryMarshal.AsBytes(new ReadOnlySpan<TKey>(in key)), buffer))
        {
            return false;
        }

        for (int cpu = 0; cpu < CpuCount; cpu++)
        {
            values[cpu] = MemoryMarshal.Read<TValue>(buffer.AsSpan(cpu * _stride));
        }

        return true;
    }

    /// <summary>Stores the values of all CPUs.</summary>
    /// <param name="key">The key.</param>
    /// <param name="values">Exactly <see cref="CpuCount"/> values.</param>
    /// <param name="mode">What to do when the key is there, or is not.</param>
    public void SetValues(in TKey key, ReadOnlySpan<TValue> values, BpfUpdateMode mode = BpfUpdateMode.Any)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, CpuCount, nameof(values));
        byte[] buffer = new byte[Map.ValueBufferSize];
        for (int cpu = 0; cpu < CpuCount; cpu++)
        {
            MemoryMarshal.Write(buffer.AsSpan(cpu * _stride), in values[cpu]);
        }

        Map.Update(MemoryMarshal.AsBytes(new ReadOnlySpan<TKey>(in key)), buffer, mode);
    }

    /// <summary>Stores the values of all CPUs for many keys, see <see cref="BpfMap.UpdateBatch"/>.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="values"><see cref="CpuCount"/> values a key, one key after the other.</param>
    /// <param name="mode">What to do when a key is there, or is not.</param>
    public void SetMany(ReadOnlySpan<TKey> keys, ReadOnlySpan<TValue> values, BpfUpdateMode mode = BpfUpdateMode.Any)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, keys.Length * CpuCount, nameof(values));
        byte[] buffer = new byte[values.Length * _stride];
        for (int i = 0; i < values.Length; i++)
        {
            MemoryMarshal.Write(buffer.AsSpan(i * _stride), in values[i]);
        }

        Map.UpdateBatch(MemoryMarshal.AsBytes(keys), buffer, mode);
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
        byte[] buffer = new byte[keys.Length * Map.ValueBufferSize];
        int count = Map.ReadBatch(cursor, MemoryMarshal.AsBytes(keys), buffer, delete);
        for (int i = 0; i < count * CpuCount; i++)
        {
            values[i] = MemoryMarshal.Read<TValue>(buffer.AsSpan(i * _stride));
        }

        return count;
    }
}
