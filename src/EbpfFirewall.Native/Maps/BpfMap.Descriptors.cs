using System.Runtime.InteropServices;
using EbpfFirewall.Native.Interop;

namespace EbpfFirewall.Native;

public sealed unsafe partial class BpfMap
{
    /// <summary>
    /// Stores a descriptor: of a map in a map of maps, a program in a program array, a cgroup in a cgroup array, a socket in a sockmap. The
    /// kernel holds what it names; the handle may be closed afterwards.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="descriptor">What to store.</param>
    /// <param name="mode">As in <see cref="Update"/>.</param>
    /// <exception cref="BpfException">An inner map unlike the template (<see cref="Errno.EINVAL"/>), and whatever <see cref="Update"/> throws.</exception>
    public void UpdateDescriptor(ReadOnlySpan<byte> key, SafeHandle descriptor, BpfUpdateMode mode = BpfUpdateMode.Any)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        using FdLease lease = new(descriptor);
        Span<byte> value = stackalloc byte[Math.Max(4, ValueSize)];
        value.Clear();
        BitConverter.TryWriteBytes(value, lease.Fd);
        Update(key, value, mode);
    }

    /// <summary>Opens the inner map of a map of maps; needs CAP_SYS_ADMIN.</summary>
    /// <returns>Null when there is none at the key.</returns>
    /// <exception cref="BpfException">Not allowed, or the inner map was replaced and freed meanwhile (<see cref="Errno.ENOENT"/>).</exception>
    public BpfMap? OpenInner(ReadOnlySpan<byte> key)
    {
        if (Type is not (BpfMapType.ArrayOfMaps or BpfMapType.HashOfMaps))
        {
            throw new InvalidOperationException($"Map '{Name}' holds no maps: it is of type {Type}.");
        }

        uint id = 0;
        return TryLookup(key, new Span<byte>(&id, sizeof(uint))) ? OpenById(id) : null;
    }

    /// <summary>Asks a bloom filter: false is certain, true is probable.</summary>
    /// <param name="value">Exactly <see cref="ValueSize"/> bytes.</param>
    public bool MayContain(ReadOnlySpan<byte> value)
    {
        if (Type != BpfMapType.BloomFilter || value.Length != ValueSize)
        {
            throw new ArgumentException($"Map '{Name}' is of type {Type} with values of {ValueSize} bytes; a bloom filter of {value.Length} is asked.");
        }

        // The kernel reads the value where a look-up elsewhere would write it.
        byte[] copy = value.ToArray();
        return TryLookup([], copy);
    }

    /// <summary>A typed view of a local storage map.</summary>
    /// <exception cref="ArgumentException">The map is of another type, or the size is not the map's.</exception>
    public BpfLocalStorage<TValue> AsStorage<TValue>()
        where TValue : unmanaged => new(this);
}
