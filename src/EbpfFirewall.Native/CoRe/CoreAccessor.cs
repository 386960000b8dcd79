namespace EbpfFirewall.Native.CoRe;

/// <summary>One step into a type.</summary>
/// <param name="TypeId">The structure for a member, the element type for an array.</param>
/// <param name="Index">Number of the member, enumerator or element.</param>
/// <param name="Name">Name of the member or enumerator, null for an array step.</param>
internal readonly record struct CoreAccessor(int TypeId, int Index, string? Name);
