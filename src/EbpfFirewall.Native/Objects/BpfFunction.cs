using EbpfFirewall.Native.BtfModel;
using EbpfFirewall.Native.CoRe;

namespace EbpfFirewall.Native.Objects;

/// <summary>A function of an object: a program, or a subprogram that programs call. Immutable once parsed.</summary>
internal sealed class BpfFunction(string name, string section, int start, BpfInstruction[] instructions)
{
    internal string Name { get; } = name;

    internal string Section { get; } = section;

    /// <summary>First instruction, counted from the start of the section.</summary>
    internal int Start { get; } = start;

    internal BpfInstruction[] Instructions { get; } = instructions;

    /// <summary>True for a static function.</summary>
    internal bool IsLocal { get; init; }

    /// <summary>True for a global function with hidden visibility, which the verifier is to treat as static.</summary>
    internal bool IsHidden { get; init; }

    /// <summary>For programs: the function that runs when one throws, or null for the kernel's own way of ending it.</summary>
    internal BpfFunction? ExceptionCallback { get; set; }

    internal List<BpfReference> References { get; } = [];

    /// <summary>Type of the function in the object's BTF, 0 without BTF.ext.</summary>
    internal int TypeId { get; set; }

    /// <summary>Source lines, indexes counted from the start of the function.</summary>
    internal List<LineRecord> Lines { get; } = [];

    internal List<CoreRelocation> CoreRelocations { get; } = [];
}
