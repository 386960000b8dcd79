using System.Runtime.InteropServices;
using EbpfFirewall.Native.Interop;

namespace EbpfFirewall.Native.BtfModel;

/// <summary>
/// BPF_BTF_LOAD. What an older kernel does not know is replaced by the nearest older kind of the same size, in place, so that ids stay
/// what they are; the replacement is tried only after the kernel refused the original.
/// </summary>
internal static unsafe class BtfLoader
{
    /// <summary>Null when the kernel takes it in no form: nothing but locks, timers and global functions needs it.</summary>
    internal static SafeBtfHandle? Load(Btf btf, BpfToken? token = null)
    {
        int fd = Call(Compose(btf, btf.TypeBytes.Span), token);
        if (fd < 0)
        {
            fd = Call(Compose(btf, Sanitize(btf)), token);
        }

        return fd < 0 ? null : new SafeBtfHandle(fd);
    }

    /// <summary>Float (5.13), declaration tags (5.16), type tags (5.17), 64-bit enumerations (6.0) and empty sections (5.12) replaced.</summary>
    internal static byte[] Sanitize(Btf btf)
    {
        byte[] types = btf.TypeBytes.ToArray();
        for (int id = 1; id < btf.TypeCount; id++)
        {
            BtfType type = btf.Type(id);
            uint info = btf.U32(type.Offset + 4);
            const uint CountMask = 0xffff;
            uint replaced = type.Kind switch
            {
                BtfKind.Float => (uint)BtfKind.Struct << 24,
                BtfKind.DeclarationTag => (uint)BtfKind.Integer << 24,
                BtfKind.TypeTag => (uint)BtfKind.Const << 24,
                BtfKind.Enum64 => ((uint)BtfKind.Union << 24) | (info & CountMask),
                BtfKind.Enum => info & ~(1u << 31),
                _ => info,
            };
            MemoryMarshal.Write(types.AsSpan(type.Offset + 4), in replaced);
            switch (type.Kind)
            {
                case BtfKind.DeclarationTag:
                    WriteInteger(types, type.Offset);
                    break;
                case BtfKind.TypeTag:
                    Write(types, type.Offset, 0);
                    break;
                case BtfKind.Enum64:
                    ClearMembers(types, type);
                    break;
                case BtfKind.DataSection when type.Count == 0:
                    // An empty structure of no size has the same form.
                    Write(types, type.Offset + 4, (uint)BtfKind.Struct << 24);
                    Write(types, type.Offset + 8, 0);
                    Write(types, type.Offset, 0);
                    break;
                default:
                    break;
            }
        }

        return types;
    }

    internal static byte[] Compose(Btf btf, ReadOnlySpan<byte> types)
    {
        ReadOnlySpan<byte> strings = btf.StringTable.Span;
        byte[] blob = new byte[BtfLayout.HeaderSize + types.Length + strings.Length];
        ushort magic = BtfLayout.Magic;
        MemoryMarshal.Write(blob, in magic);
        blob[2] = 1;
        Write(blob, 4, BtfLayout.HeaderSize);
        Write(blob, 12, (uint)types.Length);
        Write(blob, 16, (uint)types.Length);
        Write(blob, 20, (uint)strings.Length);
        types.CopyTo(blob.AsSpan(BtfLayout.HeaderSize));
        strings.CopyTo(blob.AsSpan(BtfLayout.HeaderSize + types.Length));
        return blob;
    }

    private static void WriteInteger(byte[] types, int offset)
    {
        // The kernel wants integers to have names, sizes and as many bits; the tag's own name will do.
        Write(types, offset + 8, 1);
        Write(types, offset + 12, 8);
    }

    private static void ClearMembers(byte[] types, BtfType type)
    {
        for (int i = 0; i < type.Count; i++)
        {
            // Enumerators have values where members have types and offsets: type 0 would be void, so point at the first integer.
            int at = type.Offset + BtfLayout.TypeSize + (i * 12);
            Write(types, at + 4, (uint)FirstInteger(type.Owner));
            Write(types, at + 8, 0);
        }
    }

    private static int FirstInteger(Btf btf)
    {
        for (int id = 1; id < btf.TypeCount; id++)
        {
            if (btf.Type(id).Kind == BtfKind.Integer)
            {
                return id;
            }
        }

        return 0;
    }

    private static void Write(byte[] bytes, int at, uint value) => MemoryMarshal.Write(bytes.AsSpan(at), in value);

    private static int Call(byte[] blob, BpfToken? token)
    {
        using FdLease lease = token is null ? default : new FdLease(token.Handle);
        fixed (byte* pointer = blob)
        {
            BtfLoadAttributes attributes = new()
            {
                Btf = pointer,
                Size = (uint)blob.Length,
                Flags = token is null ? 0 : BpfToken.Flag,
                TokenFd = lease.Fd,
            };
            return LibC.Bpf(BpfCommand.BtfLoad, ref attributes);
        }
    }
}
