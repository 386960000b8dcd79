namespace EbpfFirewall.Native;

/// <summary>A member of a <see cref="BtfStruct"/>.</summary>
/// <param name="Name">Its name, empty when anonymous.</param>
/// <param name="OffsetBits">Bits from the start of the structure.</param>
/// <param name="BitfieldWidth">Width in bits of a bitfield, 0 for an ordinary member.</param>
/// <param name="SizeBytes">sizeof its type, in bytes; -1 when it has none.</param>
/// <param name="Anonymous">The members of an anonymous structure or union, else null.</param>
public sealed record BtfField(string Name, uint OffsetBits, uint BitfieldWidth, long SizeBytes, BtfStruct? Anonymous)
{
    /// <summary>Bytes from the start of the structure.</summary>
    public int OffsetBytes => (int)(OffsetBits / 8);
}
