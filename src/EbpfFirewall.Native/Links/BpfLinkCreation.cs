using EbpfFirewall.Native.Interop;

namespace EbpfFirewall.Native.Links;

/// <summary>BPF_LINK_CREATE.</summary>
internal static class BpfLinkCreation
{
    internal static BpfLink Create(BpfProgram program, ref LinkCreateAttributes attributes, string where, string? advice = null)
    {
        using FdLease lease = new(program.Handle);
        attributes.ProgramFd = lease.Fd;
        int result = LibC.Bpf(BpfCommand.LinkCreate, ref attributes);
        return result < 0
            ? throw new BpfException((Errno)(-result), $"attach program '{program.Name}' to {where}", advice)
            : new BpfLink(new SafeLinkHandle(result), program);
    }
}
