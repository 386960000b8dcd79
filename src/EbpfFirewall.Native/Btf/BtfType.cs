namespace EbpfFirewall.Native.BtfModel;

/// <summary>A view of one type: no copy, nothing allocated. Type 0 is void.</summary>
internal readonly struct BtfType(Btf btf, int id, int offset)
{
    private const int HeaderSize = 12;

    internal int Id { get; } = id;

    internal Btf Owner { get; } = btf;

    /// <summary>Where the type's record begins in the type section.</summary>
    internal int Offset { get; } = offset;

    internal uint NameOffset => Id == 0 ? 0 : Owner.U32(Offset);

    internal BtfKind Kind => Id == 0 ? BtfKind.Void : (BtfKind)((Info >> 24) & 0x1f);

    internal bool KindFlag => (Info >> 31) != 0;

    /// <summary>How many members, enumerators, parameters or variables follow; for functions the linkage.</summary>
    internal int Count => (int)(Info & 0xffff);

    /// <summary>Size in bytes or the id of the type referred to, depending on the kind.</summary>
    internal int SizeOrType => Id == 0 ? 0 : (int)Owner.U32(Offset + 8);

    internal ReadOnlySpan<byte> NameBytes => Owner.StringBytes(NameOffset);

    internal string Name => Owner.String(NameOffset);

    internal bool IsComposite => Kind is BtfKind.Struct or BtfKind.Union;

    internal bool IsAnyEnum => Kind is BtfKind.Enum or BtfKind.Enum64;

    internal bool IsModifier =>
        Kind is BtfKind.Typedef or BtfKind.Volatile or BtfKind.Const or BtfKind.Restrict or BtfKind.TypeTag;

    /// <summary>BTF_INT_*: bit 0 signed, 1 char, 2 bool.</summary>
    internal uint IntegerEncoding => (Extra(0) >> 24) & 0xf;

    internal bool IsSigned => (IntegerEncoding & 1) != 0;

    /// <summary>Bit offset of a legacy bitfield integer, 0 for every other.</summary>
    internal uint IntegerBitOffset => (Extra(0) >> 16) & 0xff;

    internal uint IntegerBits => Extra(0) & 0xff;

    internal int ElementType => (int)Extra(0);

    internal uint ElementCount => Extra(8);

    /// <summary>Linkage of a variable: 0 static, 1 global, 2 extern.</summary>
    internal uint VariableLinkage => Extra(0);

    /// <summary>What a declaration tag is on: a member or parameter by its number, or -1 for the declaration itself.</summary>
    internal int ComponentIndex => (int)Extra(0);

    private uint Info => Id == 0 ? 0 : Owner.U32(Offset + 4);

    internal BtfMember Member(int index)
    {
        int at = Offset + HeaderSize + (index * 12);
        uint place = Owner.U32(at + 8);
        return KindFlag
            ? new BtfMember(Owner.U32(at), (int)Owner.U32(at + 4), place & 0xffffff, place >> 24)
            : new BtfMember(Owner.U32(at), (int)Owner.U32(at + 4), place, 0);
    }

    internal (uint NameOffset, ulong Value) Enumerator(int index)
    {
        if (Kind == BtfKind.Enum64)
        {
            int at = Offset + HeaderSize + (index * 12);
            return (Owner.U32(at), Owner.U32(at + 4) | ((ulong)Owner.U32(at + 8) << 32));
        }

        int place = Offset + HeaderSize + (index * 8);
        uint value = Owner.U32(place + 4);
        return (Owner.U32(place), KindFlag ? (ulong)(int)value : value);
    }

    internal (uint NameOffset, int TypeId) Parameter(int index)
    {
        int at = Offset + HeaderSize + (index * 8);
        return (Owner.U32(at), (int)Owner.U32(at + 4));
    }

    internal (int TypeId, uint Offset, uint Size) SectionEntry(int index)
    {
        int at = Offset + HeaderSize + (index * 12);
        return ((int)Owner.U32(at), Owner.U32(at + 4), Owner.U32(at + 8));
    }

    private uint Extra(int at) => Owner.U32(Offset + HeaderSize + at);
}
