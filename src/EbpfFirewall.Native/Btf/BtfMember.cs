namespace EbpfFirewall.Native.BtfModel;

/// <summary>A member of a structure or union.</summary>
/// <param name="NameOffset">Name in the string section, 0 when anonymous.</param>
/// <param name="TypeId">Its type.</param>
/// <param name="BitOffset">Bits from the start of the structure.</param>
/// <param name="BitSize">Width of a bitfield, 0 for an ordinary member.</param>
internal readonly record struct BtfMember(uint NameOffset, int TypeId, uint BitOffset, uint BitSize);
