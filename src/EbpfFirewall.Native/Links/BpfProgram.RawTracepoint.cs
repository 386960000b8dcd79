using System.Text;
using EbpfFirewall.Native.BtfModel;
using EbpfFirewall.Native.Interop;
using EbpfFirewall.Native.Links;

namespace EbpfFirewall.Native;

public sealed partial class BpfProgram
{
    /// <summary>
    /// Attaches a raw tracepoint program, or one whose target is fixed since its load: tracing, LSM, and replacements of a function of
    /// <see cref="BpfProgramSpec.TargetProgram"/>.
    /// </summary>
    /// <param name="name">The tracepoint, such as <c>sys_enter</c>; null for programs with a fixed target.</param>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public unsafe BpfLink AttachToRawTracepoint(string? name = null)
    {
        using FdLease lease = new(Handle);
        byte[]? bytes = name is null ? null : Encoding.UTF8.GetBytes(name + "\0");
        fixed (byte* pointer = bytes)
        {
            RawTracepointAttributes attributes = new() { Name = pointer, ProgramFd = lease.Fd };
            int result = LibC.Bpf(BpfCommand.RawTracepointOpen, ref attributes);
            return new BpfLink(new SafeLinkHandle(BpfException.Check(result, $"attach program '{Name}' to tracepoint '{name}'")), this);
        }
    }

    /// <summary>
    /// Puts a replacement (<c>freplace</c>) into a function of another program than that which it was loaded for (Linux 5.10).
    /// </summary>
    /// <param name="target">The program, loaded with type information.</param>
    /// <param name="function">A global function of it, with the same arguments and result.</param>
    /// <exception cref="BpfException">There is no such function (<see cref="Errno.ENOENT"/>), it is of another type
    /// (<see cref="Errno.EINVAL"/>), or replaced already (<see cref="Errno.EBUSY"/>).</exception>
    public BpfLink AttachToFunction(BpfProgram target, string function)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentException.ThrowIfNullOrEmpty(function);
        using FdLease lease = new(target.Handle);
        LinkCreateAttributes attributes = new() { TargetFd = lease.Fd, TargetBtfId = ProgramTypes.FindFunction(target, function) };
        return BpfLinkCreation.Create(this, ref attributes, $"function '{function}' of program '{target.Name}'");
    }
}
