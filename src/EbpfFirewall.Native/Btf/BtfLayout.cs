namespace EbpfFirewall.Native.BtfModel;

/// <summary>The wire format of BTF: sizes of records, and their conversion to this machine's byte order.</summary>
internal static class BtfLayout
{
    internal const ushort Magic = 0xeb9f;
    internal const int HeaderSize = 24;
    internal const int TypeSize = 12;

    /// <summary>Bytes that follow a type's 12-byte record, or -1 for a kind that is not known.</summary>
    internal static int TrailingSize(uint info)
    {
        int count = (int)(info & 0xffff);
        return (BtfKind)((info >> 24) & 0x1f) switch
        {
            BtfKind.Integer or BtfKind.Variable or BtfKind.DeclarationTag => 4,
            BtfKind.Array => 12,
            BtfKind.Struct or BtfKind.Union or BtfKind.DataSection or BtfKind.Enum64 => count * 12,
            BtfKind.Enum or BtfKind.FunctionPrototype => count * 8,
            BtfKind.Pointer or BtfKind.Forward or BtfKind.Typedef or BtfKind.Volatile or BtfKind.Const or BtfKind.Restrict
                or BtfKind.Function or BtfKind.Float or BtfKind.TypeTag => 0,
            _ => -1,
        };
    }

    /// <summary>True for kinds whose third word is a type id.</summary>
    internal static bool RefersToType(BtfKind kind) => kind is BtfKind.Pointer or BtfKind.Typedef or BtfKind.Volatile or BtfKind.Const
        or BtfKind.Restrict or BtfKind.Function or BtfKind.FunctionPrototype or BtfKind.Variable or BtfKind.DeclarationTag or BtfKind.TypeTag;
}
