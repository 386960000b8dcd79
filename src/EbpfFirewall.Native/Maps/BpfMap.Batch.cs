using EbpfFirewall.Native.Interop;

namespace EbpfFirewall.Native;

public sealed unsafe partial class BpfMap
{
    /// <summary>
    /// Stores many values with as few system calls as the kernel allows: one where the map type knows batches, else one each.
    /// Stops at the first failure and throws; what was stored before stays.
    /// </summary>
    /// <param name="keys">Keys, one after the other.</param>
    /// <param name="values">As many values of <see cref="ValueBufferSize"/> bytes.</param>
    /// <param name="mode">As in <see cref="Update"/>.</param>
    public void UpdateBatch(ReadOnlySpan<byte> keys, ReadOnlySpan<byte> values, BpfUpdateMode mode = BpfUpdateMode.Any)
    {
        int count = CountKeys(keys);
        if ((long)count * ValueBufferSize != values.Length)
        {
            throw new ArgumentException($"{count} keys need {(long)count * ValueBufferSize} bytes of values, not {values.Length}.", nameof(values));
        }

        // A trie may refuse a batch half-way (arm64 6.18: ENOMEM at the second element) and yet take the rest one by one.
        int done = WriteBatch(BpfCommand.MapUpdateBatch, keys, values, count, (ulong)mode);
        for (int i = done; i < count; i++)
        {
            Update(keys.Slice(i * KeySize, KeySize), values.Slice(i * ValueBufferSize, ValueBufferSize), mode);
        }
    }

    /// <summary>Removes many keys; keys that are not there are passed over.</summary>
    /// <returns>How many were removed.</returns>
    public int DeleteBatch(ReadOnlySpan<byte> keys)
    {
        int count = CountKeys(keys);
        int next = 0;
        int removed = 0;
        while (next < count)
        {
            int done = WriteBatch(BpfCommand.MapDeleteBatch, keys[(next * KeySize)..], default, count - next, 0);
            removed += done;
            next += done;
            if (next < count)
            {
                removed += Delete(keys.Slice(next++ * KeySize, KeySize)) ? 1 : 0;
            }
        }

        return removed;
    }

    /// <summary>
    /// Reads, and perhaps removes, the next elements of a map in one system call.
    /// </summary>
    /// <param name="cursor">Where the last call ended; a new <see cref="BpfBatchCursor"/> for the start.</param>
    /// <param name="keys">Room for keys.</param>
    /// <param name="values">Room for as many values.</param>
    /// <param name="delete">Whether the elements are removed.</param>
    /// <returns>How many were read; 0 at the end. Give more room when <see cref="BpfException"/> says <see cref="Errno.ENOSPC"/>: a hash
    /// bucket is handed out whole.</returns>
    /// <exception cref="BpfException">The map type knows no batches (<see cref="Errno.ENOTSUPP"/>), or the room is too small.</exception>
    public int ReadBatch(BpfBatchCursor cursor, Span<byte> keys, Span<byte> values, bool delete = false)
    {
        ArgumentNullException.ThrowIfNull(cursor);
        return BpfException.Check(TryReadBatch(cursor, keys, values, delete), $"read a batch of map '{Name}'");
    }

    /// <summary><see cref="ReadBatch"/>, with <c>-errno</c> for a failure.</summary>
    internal int TryReadBatch(BpfBatchCursor cursor, Span<byte> keys, Span<byte> values, bool delete)
    {
        if (cursor.IsAtEnd)
        {
            return 0;
        }

        int capacity = CountKeys(keys);
        capacity = ValueBufferSize == 0 ? capacity : Math.Min(capacity, values.Length / ValueBufferSize);
        cursor.Prepare(Math.Max(KeySize, sizeof(ulong)));
        using FdLease lease = new(Handle);
        fixed (byte* keyPointer = keys, valuePointer = values, cursorPointer = cursor.Bytes)
        {
            MapBatchAttributes attributes = new()
            {
                InCursor = cursor.IsAtStart ? null : cursorPointer,
                OutCursor = cursorPointer,
                Keys = keyPointer,
                Values = valuePointer,
                Count = (uint)capacity,
                MapFd = lease.Fd,
            };
            int result = LibC.Bpf(delete ? BpfCommand.MapLookupAndDeleteBatch : BpfCommand.MapLookupBatch, ref attributes);
            cursor.IsAtStart = false;
            if (result == -(int)Errno.ENOENT)
            {
                cursor.IsAtEnd = true;
            }
            else if (result < 0)
            {
                cursor.IsAtEnd = result != -(int)Errno.ENOSPC;
                return result;
            }

            return (int)attributes.Count;
        }
    }

    private int CountKeys(ReadOnlySpan<byte> keys)
    {
        if (KeySize == 0 || keys.Length % KeySize != 0)
        {
            throw new ArgumentException($"Map '{Name}' has keys of {KeySize} bytes; {keys.Length} bytes are no whole number of them.", nameof(keys));
        }

        return keys.Length / KeySize;
    }

    private int WriteBatch(BpfCommand command, ReadOnlySpan<byte> keys, ReadOnlySpan<byte> values, int count, ulong flags)
    {
        using FdLease lease = new(Handle);
        fixed (byte* keyPointer = keys, valuePointer = values)
        {
            MapBatchAttributes attributes = new()
            {
                Keys = keyPointer,
                Values = valuePointer,
                Count = (uint)count,
                MapFd = lease.Fd,
                ElementFlags = flags,
            };
            int result = LibC.Bpf(command, ref attributes);

            // The count is what was done, unless the kernel failed before it began and left it alone: a failure has never done all.
            return result == 0 ? count : attributes.Count >= (uint)count ? 0 : (int)attributes.Count;
        }
    }
}
