namespace EbpfFirewall.Native.Objects;

/// <summary>The meaning of a section name.</summary>
internal sealed record SectionType(BpfProgramType Type, BpfAttachType? AttachType, BpfProgramFlags Flags = BpfProgramFlags.None)
{
    /// <summary>What follows the known part: a function, a tracepoint, a hook; or empty.</summary>
    internal string Target { get; init; } = "";
}
