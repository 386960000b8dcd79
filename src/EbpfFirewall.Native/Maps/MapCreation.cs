using EbpfFirewall.Native.Interop;
using EbpfFirewall.Native.Objects;

namespace EbpfFirewall.Native.Maps;

/// <summary>BPF_MAP_CREATE with the adjustments that the kernel leaves to loaders.</summary>
internal static class MapCreation
{
    /// <summary>Creates a map; <paramref name="dataPrefix"/> goes before the names of data sections.</summary>
    internal static SafeMapHandle Create(BpfMapSpec spec, SafeBtfHandle? btf, string dataPrefix, BpfToken? token = null)
    {
        using SafeMapHandle? inner = spec.Type is BpfMapType.ArrayOfMaps or BpfMapType.HashOfMaps
            ? Create(spec.Inner ?? throw new InvalidOperationException($"Map '{spec.Name}' holds maps: set its Inner specification."), btf, dataPrefix, token)
            : null;
        MapCreateAttributes attributes = Prepare(spec, dataPrefix);
        if (inner is not null)
        {
            attributes.InnerMapFd = (int)inner.DangerousGetHandle();
        }

        using FdLease tokenLease = token is null ? default : new FdLease(token.Handle);
        attributes.TokenFd = tokenLease.Fd;
        attributes.Flags |= token is null ? 0 : BpfToken.Flag;

        // Local storages must have types, also those that are made by hand.
        using SafeBtfHandle? own = btf is null && IsLocalStorage(spec.Type) ? StorageTypes.Load(spec.ValueSize, token) : null;
        if (own is not null)
        {
            attributes.BtfFd = (int)own.DangerousGetHandle();
            attributes.BtfKeyTypeId = StorageTypes.Key;
            attributes.BtfValueTypeId = StorageTypes.Value;
        }

        bool describes = btf is not null && TakesBtf(spec.Type) && (spec.BtfKeyTypeId | spec.BtfValueTypeId) != 0;
        if (describes)
        {
            using FdLease lease = new(btf!);
            MapCreateAttributes described = attributes;
            described.BtfFd = lease.Fd;
            described.BtfKeyTypeId = (uint)spec.BtfKeyTypeId;
            described.BtfValueTypeId = (uint)spec.BtfValueTypeId;
            int fd = Call(ref described);
            if (fd >= 0)
            {
                return new SafeMapHandle(fd);
            }
        }

        // Types are a convenience, except where the kernel finds locks and timers by them; then this fails, too, and says so.
        return new SafeMapHandle(BpfException.Check(
            Call(ref attributes),
            $"create map '{spec.Name}' ({spec.Type}, key {attributes.KeySize} B, value {attributes.ValueSize} B, {attributes.MaxEntries} entries)"));
    }

    /// <summary>Creates the map that registers an implementation of a kernel structure.</summary>
    internal static SafeMapHandle CreateStructOps(BpfMapSpec spec, StructOps.StructOpsTarget target, int moduleFd, SafeBtfHandle? btf, BpfToken? token)
    {
        // The kernel insists on types of the object, though it takes those of the value from itself.
        using FdLease types = btf is null ? default : new FdLease(btf);
        using FdLease lease = token is null ? default : new FdLease(token.Handle);
        MapCreateAttributes attributes = Prepare(spec, "");
        attributes.ValueSize = (uint)target.ValueSize;
        attributes.BtfFd = types.Fd;
        attributes.BtfVmlinuxValueTypeId = target.ValueTypeId;
        attributes.ValueTypeBtfFd = moduleFd;
        attributes.Flags |= (target.Module is null ? 0 : (uint)BpfMapFlags.ValueTypeBtfFd) | (token is null ? 0 : BpfToken.Flag);
        attributes.TokenFd = lease.Fd;
        return new SafeMapHandle(BpfException.Check(Call(ref attributes), $"create map '{spec.Name}', an implementation of '{spec.StructOps!.KernelType}'"));
    }

    /// <summary>Entries and flags that the kernel will be asked for.</summary>
    internal static (uint MaxEntries, BpfMapFlags Flags) Effective(BpfMapSpec spec)
    {
        MapCreateAttributes attributes = Prepare(spec, "");
        return (attributes.MaxEntries, (BpfMapFlags)attributes.Flags);
    }

    private static bool IsLocalStorage(BpfMapType type) =>
        type is BpfMapType.SkStorage or BpfMapType.TaskStorage or BpfMapType.InodeStorage or BpfMapType.CgroupLocalStorage;

    private static int Call(ref MapCreateAttributes attributes) => LibC.Bpf(BpfCommand.MapCreate, ref attributes);

    private static MapCreateAttributes Prepare(BpfMapSpec spec, string dataPrefix)
    {
        MapCreateAttributes attributes = new()
        {
            MapType = (uint)spec.Type,
            KeySize = (uint)spec.KeySize,
            ValueSize = (uint)spec.ValueSize,
            MaxEntries = spec.MaxEntries,
            Flags = (uint)spec.Flags,
            NumaNode = spec.NumaNode,
            Extra = spec.Extra,
            Name = KernelObjectName.From(spec.Data is null ? spec.Name : DataName(spec.Name, dataPrefix)),
        };
        switch (spec.Type)
        {
            case BpfMapType.RingBuffer or BpfMapType.UserRingBuffer:
                attributes.KeySize = 0;
                attributes.ValueSize = 0;
                attributes.MaxEntries = RoundToPages(spec.MaxEntries);
                break;
            case BpfMapType.PerfEventArray:
                attributes.KeySize = 4;
                attributes.ValueSize = 4;
                attributes.MaxEntries = spec.MaxEntries == 0 ? (uint)PossibleCpus.Count : spec.MaxEntries;
                break;
            case BpfMapType.ArrayOfMaps or BpfMapType.HashOfMaps:
                attributes.ValueSize = 4;
                break;
            case BpfMapType type when type == BpfMapType.LpmTrie || IsLocalStorage(type):
                attributes.Flags |= (uint)BpfMapFlags.NoPreallocation;
                break;
            default:
                break;
        }

        return attributes;
    }

    /// <summary>The kernel's name of a data section's map: eight characters of the object, then the section.</summary>
    private static string DataName(string section, string prefix)
    {
        // libbpf's rule, so that other tools find the maps under the names they know.
        const int LongestSuffix = 7;
        if (section.IndexOf('.', 1) > 0 || ObjectSymbols.IsPerCpu(section))
        {
            return section;
        }

        int room = KernelObjectName.Capacity - 1 - Math.Max(LongestSuffix, section.Length);
        return room <= 0 ? section : string.Concat(prefix.AsSpan(0, Math.Min(prefix.Length, room)), section);
    }

    private static uint RoundToPages(uint bytes)
    {
        uint page = (uint)Environment.SystemPageSize;
        return bytes <= page ? page : System.Numerics.BitOperations.RoundUpToPowerOf2(bytes);
    }

    private static bool TakesBtf(BpfMapType type) => type is not (BpfMapType.PerfEventArray or BpfMapType.CgroupArray or BpfMapType.StackTrace
        or BpfMapType.ArrayOfMaps or BpfMapType.HashOfMaps or BpfMapType.DevMap or BpfMapType.DevMapHash or BpfMapType.CpuMap or BpfMapType.XskMap
        or BpfMapType.SockMap or BpfMapType.SockHash or BpfMapType.Queue or BpfMapType.Stack or BpfMapType.Arena);
}
