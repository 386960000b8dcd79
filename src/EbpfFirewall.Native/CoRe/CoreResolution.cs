namespace EbpfFirewall.Native.CoRe;

/// <summary>What an instruction is to be changed to.</summary>
/// <param name="IsPoison">Nothing satisfies the relocation: the instruction must never run.</param>
/// <param name="Original">Value the compiler wrote, to be checked first.</param>
/// <param name="Value">Value for this target.</param>
/// <param name="Validate">Whether <paramref name="Original"/> is known to be what the instruction holds.</param>
internal readonly record struct CoreResolution(bool IsPoison, ulong Original, ulong Value, bool Validate)
{
    /// <summary>Width in bytes of the field the compiler saw, 0 when it does not matter.</summary>
    internal long OriginalSize { get; init; }

    /// <summary>Width in bytes of the field in the target.</summary>
    internal long Size { get; init; }

    /// <summary>True when a load of another width would give another value (signed integers, structures).</summary>
    internal bool CannotResize { get; init; }
}
