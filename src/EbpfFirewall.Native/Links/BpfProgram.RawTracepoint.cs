using System.Text;
using EbpfFirewall.Native.Interop;

namespace EbpfFirewall.Native;

public sealed partial class BpfProgram
{
    /// <summary>Attaches a raw tracepoint program, or one whose target is fixed since its load (tracing, LSM).</summary>
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
}
