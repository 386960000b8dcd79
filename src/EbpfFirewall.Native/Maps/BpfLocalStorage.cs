using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EbpfFirewall.Native.Interop;

namespace EbpfFirewall.Native;

/// <summary>
/// A typed view of a local storage map: each socket, task, inode or cgroup has a value of its own, which is gone when its owner is.
/// </summary>
/// <typeparam name="TValue">Mirror of the C value.</typeparam>
/// <remarks>Safe for concurrent use. It holds no descriptor of its own; the <see cref="Map"/> is disposed instead.</remarks>
public sealed class BpfLocalStorage<TValue>
    where TValue : unmanaged
{
    internal BpfLocalStorage(BpfMap map)
    {
        if (map.Type is not (BpfMapType.SkStorage or BpfMapType.TaskStorage or BpfMapType.InodeStorage or BpfMapType.CgroupLocalStorage)
            || Unsafe.SizeOf<TValue>() != map.ValueSize)
        {
            throw new ArgumentException(
                $"Map '{map.Name}' ({map.Type}) is no local storage, or has values of {map.ValueSize} bytes and {typeof(TValue).Name} has {Unsafe.SizeOf<TValue>()}.");
        }

        Map = map;
    }

    /// <summary>The map itself.</summary>
    public BpfMap Map { get; }

    /// <summary>Reads the value of an owner; false when it has none.</summary>
    /// <param name="owner">
    /// The socket (<c>Socket.SafeHandle</c>), process (<see cref="PidFd"/>), open file or cgroup (<see cref="Cgroup.Handle"/>).
    /// </param>
    /// <param name="value">The value.</param>
    /// <exception cref="BpfException">The descriptor is none of such an owner (<see cref="Errno.EBADF"/>).</exception>
    public bool TryGetValue(SafeHandle owner, out TValue value)
    {
        ArgumentNullException.ThrowIfNull(owner);
        using FdLease lease = new(owner);
        value = default;
        return Map.TryLookup(BitConverter.GetBytes(lease.Fd), MemoryMarshal.AsBytes(new Span<TValue>(ref value)));
    }

    /// <summary>Stores a value with an owner.</summary>
    /// <param name="owner">As in <see cref="TryGetValue"/>.</param>
    /// <param name="value">The value.</param>
    /// <param name="mode">What to do when the owner has one, or has none.</param>
    /// <exception cref="BpfException">As in <see cref="BpfMap.Update"/> and <see cref="TryGetValue"/>.</exception>
    public void Set(SafeHandle owner, in TValue value, BpfUpdateMode mode = BpfUpdateMode.Any)
    {
        ArgumentNullException.ThrowIfNull(owner);
        using FdLease lease = new(owner);
        Map.Update(BitConverter.GetBytes(lease.Fd), MemoryMarshal.AsBytes(new ReadOnlySpan<TValue>(in value)), mode);
    }

    /// <summary>Removes the value of an owner; false when it had none.</summary>
    public bool Remove(SafeHandle owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        using FdLease lease = new(owner);
        return Map.Delete(BitConverter.GetBytes(lease.Fd));
    }
}
