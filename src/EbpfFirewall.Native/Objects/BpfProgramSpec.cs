using EbpfFirewall.Native.Objects;

namespace EbpfFirewall.Native;

/// <summary>A program of an object that is not loaded yet.</summary>
/// <remarks>Not safe for concurrent use; one owner.</remarks>
public sealed class BpfProgramSpec
{
    internal BpfProgramSpec(BpfFunction function, SectionType type, bool autoLoad)
    {
        Function = function;
        Type = type.Type;
        AttachType = type.AttachType;
        Flags = type.Flags;
        AttachTarget = type.Target;
        AutoLoad = autoLoad;
    }

    private BpfProgramSpec(BpfProgramSpec other)
    {
        Function = other.Function;
        Type = other.Type;
        AttachType = other.AttachType;
        Flags = other.Flags;
        AttachTarget = other.AttachTarget;
        TargetProgram = other.TargetProgram;
        AutoLoad = other.AutoLoad;
    }

    /// <summary>Name of the C function.</summary>
    public string Name => Function.Name;

    /// <summary>The ELF section, for example <c>cgroup/connect4</c>.</summary>
    public string SectionName => Function.Section;

    /// <summary>The program type that the section name implies; <see cref="BpfProgramType.Unspecified"/> when it implies none.</summary>
    public BpfProgramType Type { get; set; }

    /// <summary>The hook that the section name implies, or null.</summary>
    public BpfAttachType? AttachType { get; set; }

    /// <summary>Load flags; sections such as <c>lsm.s</c> set <see cref="BpfProgramFlags.Sleepable"/>.</summary>
    public BpfProgramFlags Flags { get; set; }

    /// <summary>
    /// For tracing, LSM and iterators: the kernel function, hook or iterator; with <see cref="TargetProgram"/> a function of that. Empty when
    /// there is none.
    /// </summary>
    public string AttachTarget { get; set; }

    /// <summary>
    /// The loaded program of which <see cref="AttachTarget"/> is a function: for replacements (<c>freplace</c>), which must have one, and for
    /// tracing programs that watch another program instead of the kernel. Null, the default, for the kernel. It must stay open until the
    /// load.
    /// </summary>
    public BpfProgram? TargetProgram { get; set; }

    /// <summary>Whether <see cref="BpfObject.Load(BpfObjectSpec, BpfLoadOptions?)"/> loads it. Default: true, unless the section name begins with <c>?</c>.</summary>
    public bool AutoLoad { get; set; }

    /// <summary>Instructions of this function alone, before relocation.</summary>
    public ReadOnlyMemory<BpfInstruction> Instructions => Function.Instructions;

    internal BpfFunction Function { get; }

    internal BpfProgramSpec Copy() => new(this);
}
