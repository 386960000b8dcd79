using EbpfFirewall.Native.BtfModel;
using EbpfFirewall.Native.CoRe;

namespace EbpfFirewall.Native.Objects;

/// <summary>A program with every subprogram it can reach behind it; all indexes count from its first instruction.</summary>
internal sealed class LinkedProgram
{
    internal required BpfInstruction[] Code { get; init; }

    /// <summary>References to maps, data and the kernel; calls inside the object are resolved already.</summary>
    internal required List<BpfReference> References { get; init; }

    internal required List<(int Index, CoreRelocation Relocation)> CoreRelocations { get; init; }

    /// <summary>Empty where a function has none: the kernel takes all or nothing.</summary>
    internal required FunctionRecord[] Functions { get; init; }

    /// <summary>Empty where a function begins without one.</summary>
    internal required LineRecord[] Lines { get; init; }
}
