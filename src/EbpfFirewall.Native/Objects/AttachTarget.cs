using EbpfFirewall.Native.BtfModel;

namespace EbpfFirewall.Native.Objects;

/// <summary>Programs on functions name them by their id in the type information of the kernel, or of the program whose functions they are.</summary>
internal static class AttachTarget
{
    /// <summary>The id, or 0 for programs that need none, and the module that it is in.</summary>
    internal static (uint Id, KernelModule? Module) Find(BpfProgramSpec program, KernelTypes kernel)
    {
        if (program.TargetProgram is { } target)
        {
            return (ProgramTypes.FindFunction(target, program.AttachTarget), null);
        }

        (string prefix, BtfKind kind)? rule = (program.Type, program.AttachType) switch
        {
            (BpfProgramType.Tracing, BpfAttachType.TraceRawTracepoint) => ("btf_trace_", BtfKind.Typedef),
            (BpfProgramType.Tracing, BpfAttachType.TraceIterator) => ("bpf_iter_", BtfKind.Function),
            // Their functions are named when they are attached.
            (BpfProgramType.Tracing, BpfAttachType.TraceFentryMulti or BpfAttachType.TraceFexitMulti or BpfAttachType.TraceFsessionMulti) => null,
            (BpfProgramType.Tracing, _) => ("", BtfKind.Function),
            (BpfProgramType.Lsm, _) => ("bpf_lsm_", BtfKind.Function),
            _ => null,
        };
        if (rule is not { } found || program.AttachTarget.Length == 0)
        {
            return (0, null);
        }

        string name = found.prefix + program.AttachTarget;
        (int id, KernelModule? module) = kernel.Find(name, found.kind);
        return id > 0
            ? ((uint)id, module)
            : throw new BpfException(Errno.ENOENT, $"load program '{program.Name}'", $"The kernel has no '{name}' to attach to.");
    }
}
