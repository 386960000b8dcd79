namespace EbpfFirewall.Native.Objects;

/// <summary>What an instruction refers to.</summary>
internal enum BpfReferenceKind
{
    /// <summary>A map, by descriptor.</summary>
    Map,

    /// <summary>A place in the value of a data section's map.</summary>
    Data,

    /// <summary>A call of a function of this object.</summary>
    Call,

    /// <summary>The address of a function of this object.</summary>
    FunctionAddress,

    /// <summary>A place in the variables of an arena.</summary>
    ArenaData,

    /// <summary>A table of places in the same function.</summary>
    JumpTable,

    /// <summary>A kernel function.</summary>
    KernelFunction,

    /// <summary>A kernel variable, or a value from the kernel's configuration.</summary>
    KernelVariable,
}
