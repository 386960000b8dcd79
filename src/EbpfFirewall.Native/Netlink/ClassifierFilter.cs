namespace EbpfFirewall.Native;

/// <summary>A BPF filter of an interface, as the kernel lists it.</summary>
/// <param name="Name">The name that it was given.</param>
/// <param name="ProgramId">Id of its program.</param>
/// <param name="Priority">Lower runs earlier.</param>
/// <param name="Handle">Number among filters of one priority.</param>
/// <param name="IsDirectAction">Whether the program's return value decides about the packet.</param>
public sealed record ClassifierFilter(string Name, uint ProgramId, ushort Priority, uint Handle, bool IsDirectAction);
