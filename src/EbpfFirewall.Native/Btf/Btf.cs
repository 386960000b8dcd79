using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using EbpfFirewall.Native.BtfModel;

namespace EbpfFirewall.Native;

/// <summary>
/// BPF type information: the types of an object, of the kernel or of a kernel module. It is a view over the bytes with an index
/// of where each type begins; types are decoded when they are asked for.
/// </summary>
/// <remarks>Immutable and safe for concurrent use.</remarks>
public sealed partial class Btf
{
    private const string SectionName = ".BTF";

    // A chain of typedefs and qualifiers longer than this is a loop.
    private const int LongestChain = 64;

    // Many records that name one long string would otherwise unfold into memory in the square of the input's size.
    private const int LongestName = 1024;

    private readonly ReadOnlyMemory<byte> _types;
    private readonly ReadOnlyMemory<byte> _strings;
    private readonly int[] _offsets;
    private readonly Btf? _base;
    private readonly int _firstId;
    private readonly uint _firstString;

    private Btf(ReadOnlyMemory<byte> types, ReadOnlyMemory<byte> strings, Btf? baseBtf)
    {
        _types = types;
        _strings = strings;
        _base = baseBtf;
        _firstId = baseBtf?.TypeCount ?? 1;
        _firstString = baseBtf is null ? 0 : baseBtf._firstString + (uint)baseBtf._strings.Length;
        _offsets = IndexTypes();
    }

    /// <summary>How many types there are, void and those of the base included; ids run from 0 to one less.</summary>
    public int TypeCount => _firstId + _offsets.Length;

    internal ReadOnlyMemory<byte> TypeBytes => _types;

    internal ReadOnlyMemory<byte> StringTable => _strings;

    /// <summary>Parses a raw BTF blob, such as the contents of an object's <c>.BTF</c> section or of /sys/kernel/btf/vmlinux.</summary>
    /// <param name="blob">The bytes, which must not change afterwards. Either byte order.</param>
    /// <param name="baseBtf">For split BTF (kernel modules): the BTF that this one continues.</param>
    /// <exception cref="BpfFormatException">The blob is malformed.</exception>
    public static Btf Parse(ReadOnlyMemory<byte> blob, Btf? baseBtf = null)
    {
        ReadOnlySpan<byte> span = blob.Span;
        if (span.Length < BtfLayout.HeaderSize)
        {
            throw new BpfFormatException(SectionName, 0, "shorter than its header");
        }

        bool foreign = BinaryPrimitives.ReadUInt16LittleEndian(span) switch
        {
            BtfLayout.Magic => !BitConverter.IsLittleEndian,
            0x9feb => BitConverter.IsLittleEndian,
            ushort magic => throw new BpfFormatException(SectionName, 0, $"magic 0x{magic:x4} is not BTF"),
        };
        if (span[2] != 1)
        {
            throw new BpfFormatException(SectionName, 2, $"version {span[2]} is not known");
        }

        uint headerLength = Word(span, 4, foreign);
        ReadOnlyMemory<byte> types = Part(blob, headerLength, Word(span, 8, foreign), Word(span, 12, foreign), 8);
        ReadOnlyMemory<byte> strings = Part(blob, headerLength, Word(span, 16, foreign), Word(span, 20, foreign), 16);
        if (strings.IsEmpty ? baseBtf is null : strings.Span[^1] != 0 || (baseBtf is null && strings.Span[0] != 0))
        {
            throw new BpfFormatException(SectionName, 16, "the string section must begin and end with NUL");
        }

        if (foreign)
        {
            types = BtfByteOrder.Swap(types.Span);
        }

        Btf btf = new(types, strings, baseBtf);
        btf.Validate();
        return btf;
    }

    internal BtfType Type(int id)
    {
        if (_base is not null && id < _firstId)
        {
            return _base.Type(id);
        }

        int index = id - _firstId;
        if (id == 0)
        {
            return new BtfType(this, 0, 0);
        }

        return (uint)index < (uint)_offsets.Length
            ? new BtfType(this, id, _offsets[index])
            : throw new BpfFormatException(SectionName, 0, $"type {id} of {TypeCount}");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint U32(int offset) => MemoryMarshal.Read<uint>(_types.Span[offset..]);

    internal ReadOnlySpan<byte> StringBytes(uint offset)
    {
        if (_base is not null && offset < _firstString)
        {
            return _base.StringBytes(offset);
        }

        uint local = offset - _firstString;
        ReadOnlySpan<byte> strings = _strings.Span;
        if (local >= (uint)strings.Length)
        {
            return offset == 0 ? default : throw new BpfFormatException(SectionName, 0, $"string at {offset}, outside of the string section");
        }

        ReadOnlySpan<byte> rest = strings[(int)local..];
        return rest[..rest.IndexOf((byte)0)];
    }

    internal string String(uint offset)
    {
        ReadOnlySpan<byte> bytes = StringBytes(offset);
        return bytes.Length <= LongestName
            ? Encoding.UTF8.GetString(bytes)
            : throw new BpfFormatException(SectionName, 0, $"string at {offset} is longer than {LongestName} bytes");
    }

    /// <summary>Follows typedefs, qualifiers and type tags to what they stand for.</summary>
    internal BtfType Skip(int id)
    {
        BtfType type = Type(id);
        for (int i = 0; type.IsModifier; i++)
        {
            type = i < LongestChain ? Type(type.SizeOrType) : throw new BpfFormatException(SectionName, type.Offset, $"type {id} refers to itself");
        }

        return type;
    }

    /// <summary>Size in bytes of a value of this type, or -1 when it has none (void, functions).</summary>
    internal long SizeOf(int id)
    {
        long factor = 1;
        for (int i = 0; i < LongestChain; i++)
        {
            BtfType type = Type(id);
            switch (type.Kind)
            {
                case BtfKind.Integer or BtfKind.Struct or BtfKind.Union or BtfKind.Enum or BtfKind.Enum64 or BtfKind.Float or BtfKind.DataSection:
                    return factor > int.MaxValue ? -1 : factor * (uint)type.SizeOrType;
                case BtfKind.Pointer:
                    return factor > int.MaxValue ? -1 : factor * 8;
                case BtfKind.Array:
                    factor = factor > int.MaxValue ? factor : factor * type.ElementCount;
                    id = type.ElementType;
                    break;
                case BtfKind.Typedef or BtfKind.Volatile or BtfKind.Const or BtfKind.Restrict or BtfKind.TypeTag or BtfKind.Variable:
                    id = type.SizeOrType;
                    break;
                default:
                    return -1;
            }
        }

        throw new BpfFormatException(SectionName, 0, $"type {id} contains itself");
    }

    /// <summary>The same names over changed types; the changes must keep ids and references valid.</summary>
    internal Btf WithTypes(byte[] types) => new(types, _strings, _base);

    private static uint Word(ReadOnlySpan<byte> span, int offset, bool foreign)
    {
        uint value = MemoryMarshal.Read<uint>(span[offset..]);
        return foreign ? BinaryPrimitives.ReverseEndianness(value) : value;
    }

    private static ReadOnlyMemory<byte> Part(ReadOnlyMemory<byte> blob, uint headerLength, uint offset, uint length, int field)
    {
        long start = (long)headerLength + offset;
        if (headerLength < BtfLayout.HeaderSize || start + length > blob.Length)
        {
            throw new BpfFormatException(SectionName, field, "a part reaches past the end");
        }

        return blob.Slice((int)start, (int)length);
    }

    private int[] IndexTypes()
    {
        ReadOnlySpan<byte> span = _types.Span;
        int[] offsets = new int[Math.Min(span.Length / BtfLayout.TypeSize, 1 << 16)];
        int count = 0;
        int at = 0;
        while (at < span.Length)
        {
            if (span.Length - at < BtfLayout.TypeSize)
            {
                throw new BpfFormatException(SectionName, at, "half a type at the end");
            }

            uint info = MemoryMarshal.Read<uint>(span[(at + 4)..]);
            int trailing = BtfLayout.TrailingSize(info);
            if (trailing < 0 || trailing > span.Length - at - BtfLayout.TypeSize)
            {
                throw new BpfFormatException(SectionName, at, $"type {_firstId + count} of kind {(info >> 24) & 0x1f} is unknown or too long");
            }

            if (count == offsets.Length)
            {
                Array.Resize(ref offsets, count * 2);
            }

            offsets[count++] = at;
            at += BtfLayout.TypeSize + trailing;
        }

        Array.Resize(ref offsets, count);
        return offsets;
    }
}
