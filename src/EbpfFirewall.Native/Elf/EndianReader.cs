using System.Buffers.Binary;

namespace EbpfFirewall.Native.Elf;

/// <summary>Bounds-checked reads from one section in the object's byte order; every failure names section and offset.</summary>
internal readonly ref struct EndianReader(ReadOnlySpan<byte> data, bool littleEndian, string section)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private readonly string _section = section;

    internal int Length => _data.Length;

    internal bool LittleEndian { get; } = littleEndian;

    internal byte U8(long offset) => Slice(offset, 1)[0];

    internal ushort U16(long offset) => LittleEndian
        ? BinaryPrimitives.ReadUInt16LittleEndian(Slice(offset, 2))
        : BinaryPrimitives.ReadUInt16BigEndian(Slice(offset, 2));

    internal uint U32(long offset) => LittleEndian
        ? BinaryPrimitives.ReadUInt32LittleEndian(Slice(offset, 4))
        : BinaryPrimitives.ReadUInt32BigEndian(Slice(offset, 4));

    internal ulong U64(long offset) => LittleEndian
        ? BinaryPrimitives.ReadUInt64LittleEndian(Slice(offset, 8))
        : BinaryPrimitives.ReadUInt64BigEndian(Slice(offset, 8));

    internal ReadOnlySpan<byte> Slice(long offset, long length)
    {
        if (offset < 0 || length < 0 || offset > _data.Length || length > _data.Length - offset)
        {
            throw Error(offset, $"{length} bytes wanted, the section has {_data.Length}");
        }

        return _data.Slice((int)offset, (int)length);
    }

    internal BpfFormatException Error(long offset, string problem) => new(_section, offset, problem);
}
