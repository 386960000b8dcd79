namespace EbpfFirewall.Native.Objects;

/// <summary>A relocation of an instruction, resolved as far as the object alone allows.</summary>
/// <param name="Index">The instruction, counted from the start of its function.</param>
/// <param name="Kind">What it refers to.</param>
/// <param name="Name">Name of the map or of the kernel's symbol.</param>
/// <param name="Offset">For data: byte offset in the section.</param>
/// <param name="Target">For calls and addresses: the function.</param>
/// <param name="IsWeak">For kernel symbols: absence is not an error.</param>
internal sealed record BpfReference(int Index, BpfReferenceKind Kind, string Name, int Offset, BpfFunction? Target, bool IsWeak)
{
    /// <summary>For jump tables: the instructions, counted like <see cref="Index"/>.</summary>
    internal int[]? Targets { get; init; }
}
