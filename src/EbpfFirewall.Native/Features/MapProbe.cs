using System.Runtime.InteropServices;
using EbpfFirewall.Native.BtfModel;
using EbpfFirewall.Native.Interop;
using EbpfFirewall.Native.Maps;

namespace EbpfFirewall.Native.Features;

/// <summary>Probes by creating the smallest possible maps.</summary>
internal static unsafe class MapProbe
{
    internal static FeatureSupport Type(BpfMapType type)
    {
        MapCreateAttributes attributes = Smallest(type);
        SafeMapHandle? inner = null;
        SafeBtfHandle? btf = null;
        try
        {
            if (type is BpfMapType.ArrayOfMaps or BpfMapType.HashOfMaps)
            {
                MapCreateAttributes template = Smallest(BpfMapType.Hash);
                int innerFd = LibC.Bpf(BpfCommand.MapCreate, ref template);
                if (innerFd < 0)
                {
                    return Judge(type, innerFd);
                }

                inner = new SafeMapHandle(innerFd);
                attributes.InnerMapFd = innerFd;
            }
            else if (type is BpfMapType.SkStorage or BpfMapType.InodeStorage or BpfMapType.TaskStorage or BpfMapType.CgroupLocalStorage)
            {
                btf = LoadInteger();
                if (btf is null)
                {
                    return FeatureSupport.Unknown;
                }

                attributes.BtfFd = (int)btf.DangerousGetHandle();
                attributes.BtfKeyTypeId = 1;
                attributes.BtfValueTypeId = 1;
            }

            int fd = LibC.Bpf(BpfCommand.MapCreate, ref attributes);
            if (fd >= 0)
            {
                LibC.Close(fd);
            }

            return Judge(type, fd);
        }
        finally
        {
            inner?.Dispose();
            btf?.Dispose();
        }
    }

    /// <summary>Asks for a token of a file that is not open.</summary>
    internal static FeatureSupport Token()
    {
        TokenCreateAttributes attributes = new() { FileSystemFd = int.MaxValue };
        return (Errno)(-LibC.Bpf(BpfCommand.TokenCreate, ref attributes)) switch
        {
            Errno.EBADF => FeatureSupport.Yes,
            Errno.EINVAL => FeatureSupport.No,
            Errno.EPERM => FeatureSupport.NotAllowed,
            _ => FeatureSupport.Unknown,
        };
    }

    /// <summary>Takes from an empty map: the error tells whether the kernel looked.</summary>
    internal static FeatureSupport Take(BpfMapType type)
    {
        MapCreateAttributes attributes = Smallest(type);
        int fd = LibC.Bpf(BpfCommand.MapCreate, ref attributes);
        if (fd < 0)
        {
            return Judge(type, fd);
        }

        using SafeMapHandle map = new(fd);
        ulong key = 0;
        byte* value = stackalloc byte[8 * PossibleCpus.Count];
        MapElementAttributes element = new() { MapFd = fd, Key = attributes.KeySize == 0 ? null : &key, Value = value };
        return (Errno)(-LibC.Bpf(BpfCommand.MapLookupAndDelete, ref element)) switch
        {
            Errno.None or Errno.ENOENT => FeatureSupport.Yes,
            Errno.EPERM => FeatureSupport.NotAllowed,
            Errno.EINVAL or Errno.ENOTSUPP or Errno.EOPNOTSUPP => FeatureSupport.No,
            _ => FeatureSupport.Unknown,
        };
    }

    private static FeatureSupport Judge(BpfMapType type, int result) => (Errno)(-Math.Min(result, 0)) switch
    {
        Errno.None => FeatureSupport.Yes,
        Errno.EPERM => FeatureSupport.NotAllowed,

        // The value type that was given is no struct_ops: known all the same.
        Errno.ENOTSUPP when type == BpfMapType.StructOps => FeatureSupport.Yes,
        Errno.EINVAL or Errno.E2BIG or Errno.ENOTSUPP or Errno.EOPNOTSUPP => FeatureSupport.No,
        _ => FeatureSupport.Unknown,
    };

    private static MapCreateAttributes Smallest(BpfMapType type)
    {
        (uint key, uint value, uint entries, BpfMapFlags flags) = type switch
        {
            BpfMapType.StackTrace => (4u, 8u, 1u, BpfMapFlags.None),
            BpfMapType.LpmTrie => (8u, 8u, 1u, BpfMapFlags.NoPreallocation),
            BpfMapType.CgroupStorage or BpfMapType.PerCpuCgroupStorage => (16u, 8u, 0u, BpfMapFlags.None),
            BpfMapType.Queue or BpfMapType.Stack or BpfMapType.BloomFilter => (0u, 4u, 1u, BpfMapFlags.None),
            BpfMapType.SkStorage or BpfMapType.InodeStorage or BpfMapType.TaskStorage or BpfMapType.CgroupLocalStorage =>
                (4u, 4u, 0u, BpfMapFlags.NoPreallocation),
            BpfMapType.RingBuffer or BpfMapType.UserRingBuffer => (0u, 0u, (uint)Environment.SystemPageSize, BpfMapFlags.None),
            BpfMapType.Arena => (0u, 0u, 1u, BpfMapFlags.Mmapable),
            BpfMapType.InstructionArray => (4u, 16u, 1u, BpfMapFlags.None),
            _ => (4u, 4u, 1u, BpfMapFlags.None),
        };
        return new MapCreateAttributes
        {
            MapType = (uint)type,
            KeySize = key,
            ValueSize = value,
            MaxEntries = entries,
            Flags = (uint)flags,
            BtfVmlinuxValueTypeId = type == BpfMapType.StructOps ? 1u : 0,
        };
    }

    private static SafeBtfHandle? LoadInteger()
    {
        // One type: int, 4 bytes, signed.
        uint[] words = [1, (uint)BtfKind.Integer << 24, 4, (1u << 24) | 32];
        byte[] header = new byte[BtfLayout.HeaderSize];
        MemoryMarshal.Write(header, BtfLayout.Magic);
        header[2] = 1;
        MemoryMarshal.Write(header.AsSpan(4), BtfLayout.HeaderSize);
        MemoryMarshal.Write(header.AsSpan(12), 16);
        MemoryMarshal.Write(header.AsSpan(16), 16);
        MemoryMarshal.Write(header.AsSpan(20), 5);
        return BtfLoader.Load(Btf.Parse((byte[])[.. header, .. MemoryMarshal.AsBytes(words.AsSpan()), 0, .. "int\0"u8]));
    }
}
