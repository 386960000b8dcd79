using EbpfFirewall.Native.Interop;
using EbpfFirewall.Native.Maps;

namespace EbpfFirewall.Native;

/// <summary>
/// A BPF map in the kernel. This form works on raw bytes; <see cref="As{TKey, TValue}"/> gives a typed view of the same map.
/// </summary>
/// <remarks>
/// Safe for concurrent use, as the kernel's maps are. Disposing closes this descriptor; the map lives on while a program, a pin or
/// another descriptor holds it (program arrays excepted: the kernel empties them with the last descriptor or pin).
/// </remarks>
public sealed partial class BpfMap : IDisposable
{
    private readonly bool _isPerCpu;

    internal BpfMap(SafeMapHandle handle, string? name = null)
    {
        Handle = handle;
        BpfMapInfo info = ReadInfo(handle);
        Name = name ?? info.Name;
        Type = info.Type;
        KeySize = info.KeySize;
        ValueSize = info.ValueSize;
        MaxEntries = info.MaxEntries;
        Flags = info.Flags;
        _isPerCpu = Type is BpfMapType.PerCpuArray or BpfMapType.PerCpuHash or BpfMapType.LruPerCpuHash or BpfMapType.PerCpuCgroupStorage;
        ValueBufferSize = _isPerCpu ? (ValueSize + 7) / 8 * 8 * PossibleCpus.Count : ValueSize;
    }

    /// <summary>The descriptor.</summary>
    public SafeMapHandle Handle { get; }

    /// <summary>The name in the object it came from, else the kernel's name of at most 15 characters.</summary>
    public string Name { get; }

    /// <summary>Type.</summary>
    public BpfMapType Type { get; }

    /// <summary>Bytes of a key; 0 for ring buffers, queues and the like.</summary>
    public int KeySize { get; }

    /// <summary>Bytes of a value; of one CPU's value in per-CPU maps.</summary>
    public int ValueSize { get; }

    /// <summary>
    /// Bytes that a look-up fills: <see cref="ValueSize"/>; in per-CPU maps that rounded up to 8, times the number of possible CPUs.
    /// </summary>
    public int ValueBufferSize { get; }

    /// <summary>Capacity in elements; of ring buffers in bytes.</summary>
    public uint MaxEntries { get; }

    /// <summary>Flags it was created with.</summary>
    public BpfMapFlags Flags { get; }

    /// <summary>Creates a map by hand, without an object.</summary>
    /// <param name="spec">What it looks like.</param>
    /// <param name="token">Where the kind of map was delegated to the process. Null, the default: it has privileges of its own.</param>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public static BpfMap Create(BpfMapSpec spec, BpfToken? token = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new BpfMap(MapCreation.Create(spec, null, "", token), spec.Name);
    }

    /// <summary>Opens a pinned map.</summary>
    /// <exception cref="BpfException">There is no such pin, or it is not a map.</exception>
    public static BpfMap OpenPinned(string path) => new(new SafeMapHandle(BpfPin.Open(path, "map")));

    /// <summary>Opens a map by its id; needs CAP_SYS_ADMIN.</summary>
    /// <exception cref="BpfException">No such map any more, or not allowed.</exception>
    public static BpfMap OpenById(uint id) => new(new SafeMapHandle(BpfIds.Open(BpfCommand.MapGetFdById, id, "map")));

    /// <summary>Ids of all maps of the system, ascending; needs CAP_SYS_ADMIN.</summary>
    public static IEnumerable<uint> ListIds() => BpfIds.List(BpfCommand.MapGetNextId, "maps");

    /// <summary>Asks the kernel for the map's properties.</summary>
    public BpfMapInfo GetInfo()
    {
        using FdLease lease = new(Handle);
        (long memory, bool frozen) = MapFdInfo.Read(lease.Fd);
        return ReadInfo(Handle) with { MemoryBytes = memory, IsFrozen = frozen };
    }

    /// <summary>Pins the map on a BPF file system, which keeps it alive without this process.</summary>
    /// <exception cref="BpfException">The path is taken, or not on a BPF file system.</exception>
    public void Pin(string path) => BpfPin.Create(Handle, path);

    /// <summary>Makes the map read-only for user space, for good. The verifier then takes a read-only array's values as constants.</summary>
    public void Freeze()
    {
        using FdLease lease = new(Handle);
        MapElementAttributes attributes = new() { MapFd = lease.Fd };
        BpfException.Check(LibC.Bpf(BpfCommand.MapFreeze, ref attributes), $"freeze map '{Name}'");
    }

    /// <summary>Maps an arena, or the values of an array that was created with <see cref="BpfMapFlags.Mmapable"/> into this process.</summary>
    /// <param name="writable">False for frozen maps.</param>
    public BpfMapMemory MapMemory(bool writable = true) => new(this, writable);

    /// <summary>A typed view; it shares this map's descriptor and needs no disposing of its own.</summary>
    /// <exception cref="ArgumentException">The sizes of the types are not the map's.</exception>
    public BpfMap<TKey, TValue> As<TKey, TValue>()
        where TKey : unmanaged
        where TValue : unmanaged => new(this);

    /// <summary>A typed view of a per-CPU map.</summary>
    /// <exception cref="ArgumentException">The sizes are not the map's, or the map is not per-CPU.</exception>
    public BpfPerCpuMap<TKey, TValue> AsPerCpu<TKey, TValue>()
        where TKey : unmanaged
        where TValue : unmanaged => new(this);

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    internal unsafe ulong ReadExtra()
    {
        MapInfo info = default;
        BpfInfo.Read(Handle, &info, sizeof(MapInfo), "map");
        return info.Extra;
    }

    private static unsafe BpfMapInfo ReadInfo(SafeMapHandle handle)
    {
        MapInfo info = default;
        BpfInfo.Read(handle, &info, sizeof(MapInfo), "map");
        return new BpfMapInfo(
            info.Id, (BpfMapType)info.Type, info.Name.ToString(), (int)info.KeySize, (int)info.ValueSize, info.MaxEntries, (BpfMapFlags)info.Flags, info.BtfId);
    }
}
