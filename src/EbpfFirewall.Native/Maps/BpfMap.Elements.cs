using EbpfFirewall.Native.Interop;

namespace EbpfFirewall.Native;

public sealed unsafe partial class BpfMap
{
    private const string Take = "take from";

    /// <summary>Looks a key up.</summary>
    /// <param name="key">Exactly <see cref="KeySize"/> bytes; empty for queues and stacks, whose head is peeked at.</param>
    /// <param name="value">At least <see cref="ValueBufferSize"/> bytes.</param>
    /// <returns>False when the key is not there.</returns>
    /// <exception cref="BpfException">Any other failure.</exception>
    public bool TryLookup(ReadOnlySpan<byte> key, Span<byte> value) => Read(BpfCommand.MapLookup, key, value, 0, "look up in");

    /// <summary>
    /// Looks a key up and removes it in one step: hashes (Linux 5.14), and queues and stacks, whose head is taken. Arrays and tries have no
    /// such step on any kernel; see <see cref="KernelFeatures.ProbeTake"/>.
    /// </summary>
    /// <param name="key">Exactly <see cref="KeySize"/> bytes; empty for queues and stacks.</param>
    /// <param name="value">At least <see cref="ValueBufferSize"/> bytes.</param>
    /// <returns>False when the key is not there, or the queue is empty.</returns>
    /// <exception cref="BpfException"><see cref="Errno.ENOTSUPP"/>: neither this type nor this kernel can.</exception>
    public bool TryLookupAndDelete(ReadOnlySpan<byte> key, Span<byte> value) =>
        Read(BpfCommand.MapLookupAndDelete, key, value, 0, Take);

    /// <summary>Stores a value.</summary>
    /// <param name="key">Exactly <see cref="KeySize"/> bytes; empty for queues, stacks and bloom filters.</param>
    /// <param name="value">Exactly <see cref="ValueBufferSize"/> bytes.</param>
    /// <param name="mode">What to do when the key is there, or is not.</param>
    /// <exception cref="BpfException">The map is full (<see cref="Errno.E2BIG"/>, <see cref="Errno.ENOSPC"/>), memory is short
    /// (<see cref="Errno.ENOMEM"/>), or the mode forbids it (<see cref="Errno.EEXIST"/>, <see cref="Errno.ENOENT"/>).</exception>
    public void Update(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, BpfUpdateMode mode = BpfUpdateMode.Any) =>
        BpfException.Check(UpdateCore(key, value, mode), $"update map '{Name}'");

    /// <summary>Stores a value and says when there is no room, memory, or reason to; throws for every other failure.</summary>
    public BpfUpdateResult TryUpdate(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, BpfUpdateMode mode = BpfUpdateMode.Any)
    {
        Errno error = (Errno)(-UpdateCore(key, value, mode));
        return error switch
        {
            Errno.None => BpfUpdateResult.Done,
            Errno.E2BIG or Errno.ENOSPC => BpfUpdateResult.Full,
            Errno.ENOMEM => BpfUpdateResult.OutOfMemory,
            Errno.EEXIST => BpfUpdateResult.Exists,
            Errno.ENOENT => BpfUpdateResult.Missing,
            _ => throw new BpfException(error, $"update map '{Name}'"),
        };
    }

    /// <summary>Removes a key.</summary>
    /// <returns>False when it was not there.</returns>
    public bool Delete(ReadOnlySpan<byte> key)
    {
        CheckKey(key);
        using FdLease lease = new(Handle);
        fixed (byte* keyPointer = key)
        {
            MapElementAttributes attributes = new() { MapFd = lease.Fd, Key = keyPointer };
            return Found(LibC.Bpf(BpfCommand.MapDelete, ref attributes), "delete from");
        }
    }

    /// <summary>The key after another one, in the map's own order.</summary>
    /// <param name="key">The present key; empty for the first. A key that is gone starts over, see <see cref="EnumerateKeys"/>.</param>
    /// <param name="next">At least <see cref="KeySize"/> bytes.</param>
    /// <returns>False after the last one.</returns>
    public bool TryGetNextKey(ReadOnlySpan<byte> key, Span<byte> next)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(next.Length, KeySize, nameof(next));
        if (!key.IsEmpty)
        {
            CheckKey(key);
        }

        using FdLease lease = new(Handle);
        fixed (byte* keyPointer = key)
        fixed (byte* nextPointer = next)
        {
            MapElementAttributes attributes = new() { MapFd = lease.Fd, Key = keyPointer, Value = nextPointer };
            return Found(LibC.Bpf(BpfCommand.MapGetNextKey, ref attributes), "walk");
        }
    }

    /// <summary>
    /// All keys, as far as concurrent change allows: a hash table starts over when the present key is deleted, so keys may come
    /// twice, and the walk ends after <see cref="MaxEntries"/> keys rather than go on for ever. Removing the key just returned is safe:
    /// its successor is fetched before it is handed out.
    /// </summary>
    public IEnumerable<byte[]> EnumerateKeys()
    {
        byte[] current = new byte[KeySize];
        if (!TryGetNextKey([], current))
        {
            yield break;
        }

        for (uint seen = 0; seen < MaxEntries; seen++)
        {
            byte[] next = new byte[KeySize];
            bool more = TryGetNextKey(current, next);
            yield return current;
            if (!more)
            {
                yield break;
            }

            current = next;
        }
    }

    private bool Read(BpfCommand command, ReadOnlySpan<byte> key, Span<byte> value, ulong flags, string verb)
    {
        CheckKey(key);
        ArgumentOutOfRangeException.ThrowIfLessThan(value.Length, ValueBufferSize, nameof(value));
        using FdLease lease = new(Handle);
        fixed (byte* keyPointer = key)
        fixed (byte* valuePointer = value)
        {
            MapElementAttributes attributes = new() { MapFd = lease.Fd, Key = keyPointer, Value = valuePointer, Flags = flags };
            return Found(LibC.Bpf(command, ref attributes), verb);
        }
    }

    private int UpdateCore(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, BpfUpdateMode mode)
    {
        CheckKey(key);
        if (value.Length != ValueBufferSize)
        {
            throw new ArgumentException($"Map '{Name}' takes values of {ValueBufferSize} bytes, not {value.Length}.", nameof(value));
        }

        using FdLease lease = new(Handle);
        fixed (byte* keyPointer = key)
        fixed (byte* valuePointer = value)
        {
            MapElementAttributes attributes = new() { MapFd = lease.Fd, Key = keyPointer, Value = valuePointer, Flags = (ulong)mode };
            return LibC.Bpf(BpfCommand.MapUpdate, ref attributes);
        }
    }

    private void CheckKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeySize)
        {
            throw new ArgumentException($"Map '{Name}' has keys of {KeySize} bytes, not {key.Length}.", nameof(key));
        }
    }

    private bool Found(int result, string verb)
    {
        if (result == -(int)Errno.ENOENT)
        {
            return false;
        }

        if (result < 0)
        {
            string? advice = verb == Take && result is (-(int)Errno.ENOTSUPP or -(int)Errno.EINVAL)
                ? $"Elements are taken from queues and stacks, and from Linux 5.14 on from hashes; this map is of type {Type}."
                : null;
            throw new BpfException((Errno)(-result), $"{verb} map '{Name}'", advice);
        }

        return true;
    }
}
