using EbpfFirewall.Native.BtfModel;

namespace EbpfFirewall.Native.Programs;

/// <summary>A program that is ready for the kernel.</summary>
internal sealed class ProgramLoadRequest
{
    internal required string Name { get; init; }

    internal required BpfProgramType Type { get; init; }

    internal BpfAttachType? AttachType { get; init; }

    internal BpfProgramFlags Flags { get; init; }

    internal required BpfInstruction[] Code { get; init; }

    internal required string License { get; init; }

    internal uint KernelVersion { get; init; }

    internal SafeBtfHandle? Btf { get; init; }

    internal FunctionRecord[] Functions { get; init; } = [];

    internal LineRecord[] Lines { get; init; } = [];

    internal uint AttachBtfId { get; init; }

    /// <summary>For functions of modules: the descriptor of the module's types; for those of a program: the program; 0 for the kernel's own.</summary>
    internal int AttachFd { get; init; }

    /// <summary>Descriptors that calls of modules' functions name by their place; the first is never read.</summary>
    internal int[] Descriptors { get; init; } = [];

    internal BpfToken? Token { get; init; }

    internal IReadOnlyDictionary<int, string> Poisoned { get; init; } = new Dictionary<int, string>();
}
