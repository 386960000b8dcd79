namespace EbpfFirewall.Native.CoRe;

/// <summary>One CO-RE relocation of BTF.ext.</summary>
/// <param name="Index">The instruction, counted from the start of the function.</param>
/// <param name="TypeId">Root type in the object's BTF.</param>
/// <param name="Access">Access string: indexes separated by colons.</param>
/// <param name="Kind">What is asked.</param>
internal sealed record CoreRelocation(int Index, int TypeId, string Access, CoreRelocationKind Kind);
