using System.Runtime.CompilerServices;
using EbpfFirewall.Native.Interop;

namespace EbpfFirewall.Native;

/// <summary>
/// The values of an array map, or the pages of an arena, in this process's memory, shared with the programs that use them.
/// </summary>
/// <remarks>
/// Reads and writes need no system call and are as atomic as the machine makes aligned stores; order them with <see cref="Volatile"/>.
/// One owner disposes it. A span or reference taken before that must not be used afterwards: it points to memory that is gone.
/// </remarks>
public sealed unsafe class BpfMapMemory : IDisposable
{
    private nint _address;

    internal BpfMapMemory(BpfMap map, bool writable)
    {
        if (!map.Flags.HasFlag(BpfMapFlags.Mmapable))
        {
            throw new InvalidOperationException($"Map '{map.Name}' was not created with BpfMapFlags.Mmapable.");
        }

        Stride = map.Type == BpfMapType.Arena ? Environment.SystemPageSize : (map.ValueSize + 7) / 8 * 8;
        LengthBytes = Stride * (long)map.MaxEntries;

        // An arena that names its address must be mapped there: programs hold the same pointers.
        long wanted = map.Type == BpfMapType.Arena ? (long)map.ReadExtra() : 0;
        _address = LibC.MapMemory(map.Handle, LengthBytes, 0, writable, $"map the memory of map '{map.Name}'", (nint)wanted);
    }

    /// <summary>Where it begins in this process. Programs of an arena use the same addresses.</summary>
    public nint Address => _address;

    /// <summary>Bytes from one value to the next: the value size rounded up to 8; of arenas a page.</summary>
    public int Stride { get; }

    /// <summary>Bytes of all values.</summary>
    public long LengthBytes { get; }

    /// <summary>All bytes.</summary>
    /// <exception cref="OverflowException">They are more than a span can hold (2 GiB).</exception>
    public Span<byte> Bytes => new(Pointer(0, LengthBytes), checked((int)LengthBytes));

    /// <summary>A part of the bytes.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">How many.</param>
    public Span<byte> Slice(long offset, int length) => new(Pointer(offset, length), length);

    /// <summary>A reference to a value of type <typeparamref name="T"/> at a byte offset.</summary>
    public ref T At<T>(long offset)
        where T : unmanaged => ref Unsafe.AsRef<T>(Pointer(offset, sizeof(T)));

    /// <inheritdoc/>
    public void Dispose()
    {
        nint address = Interlocked.Exchange(ref _address, 0);
        if (address != 0)
        {
            LibC.UnmapMemory(address, LengthBytes);
        }
    }

    private void* Pointer(long offset, long length)
    {
        ObjectDisposedException.ThrowIf(_address == 0, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, LengthBytes - length);
        return (void*)(_address + (nint)offset);
    }
}
