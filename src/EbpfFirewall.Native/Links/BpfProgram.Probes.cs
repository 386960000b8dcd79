using System.Globalization;
using System.Text;
using EbpfFirewall.Native.Interop;
using EbpfFirewall.Native.Links;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native;

public sealed partial class BpfProgram
{
    /// <summary>Attaches a kprobe program to a kernel function, by a perf event (Linux 5.15).</summary>
    /// <param name="function">The function, as /proc/kallsyms names it.</param>
    /// <param name="atReturn">Whether it runs when the function returns instead of when it is entered. Default: false.</param>
    /// <param name="cookie">What <c>bpf_get_attach_cookie</c> gives to the program. Default: 0.</param>
    /// <exception cref="BpfException"><see cref="Errno.ENOENT"/>: no such function, or a kernel without kprobes.</exception>
    public BpfLink AttachToKernelFunction(string function, bool atReturn = false, ulong cookie = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(function);
        using SafeFileHandle probe = PerfEvent.OpenProbe("kprobe", function, 0, -1, atReturn);
        return AttachToPerfEvent(probe, cookie, $"kernel function '{function}'");
    }

    /// <summary>Attaches a kprobe program to code of a user-space file, by a perf event (Linux 5.15).</summary>
    /// <param name="path">Executable or shared library.</param>
    /// <param name="offset">Offset of the instruction in the file, in bytes.</param>
    /// <param name="pid">Process; -1, the default, for all.</param>
    /// <param name="atReturn">Whether it runs when the function that begins there returns. Default: false.</param>
    /// <param name="cookie">What <c>bpf_get_attach_cookie</c> gives to the program. Default: 0.</param>
    /// <exception cref="BpfException">No such file or process, or a kernel without uprobes.</exception>
    public BpfLink AttachToUserCode(string path, long offset, int pid = -1, bool atReturn = false, ulong cookie = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        using SafeFileHandle probe = PerfEvent.OpenProbe("uprobe", path, (ulong)offset, pid, atReturn);
        return AttachToPerfEvent(probe, cookie, $"'{path}' at offset {offset}");
    }

    /// <summary>Attaches a tracepoint program (Linux 5.15).</summary>
    /// <param name="category">Such as <c>syscalls</c>.</param>
    /// <param name="name">Such as <c>sys_enter_openat</c>.</param>
    /// <param name="cookie">What <c>bpf_get_attach_cookie</c> gives to the program. Default: 0.</param>
    /// <exception cref="BpfException"><see cref="Errno.ENOENT"/>: no such tracepoint, or no tracefs is mounted.</exception>
    public BpfLink AttachToTracepoint(string category, string name, ulong cookie = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(category);
        ArgumentException.ThrowIfNullOrEmpty(name);
        using SafeFileHandle tracepoint = PerfEvent.OpenTracepoint(category, name);
        return AttachToPerfEvent(tracepoint, cookie, $"tracepoint '{category}:{name}'");
    }

    /// <summary>Attaches a <c>kprobe.multi</c> program to many kernel functions in one step (Linux 5.18).</summary>
    /// <param name="functions">The functions.</param>
    /// <param name="atReturn">Whether it runs when they return. Default: false.</param>
    /// <exception cref="BpfException"><see cref="Errno.ESRCH"/>: one of the functions is unknown.</exception>
    public unsafe BpfLink AttachToKernelFunctions(IReadOnlyCollection<string> functions, bool atReturn = false)
    {
        ArgumentNullException.ThrowIfNull(functions);
        byte[] names = Encoding.UTF8.GetBytes(string.Concat(functions.Select(static f => f + "\0")));
        nuint[] pointers = new nuint[functions.Count];
        fixed (byte* name = names)
        fixed (nuint* table = pointers)
        {
            int at = 0;
            for (int i = 0; i < pointers.Length; i++)
            {
                pointers[i] = (nuint)(name + at);
                at = Array.IndexOf(names, (byte)0, at) + 1;
            }

            LinkCreateAttributes attributes = new()
            {
                AttachType = (uint)BpfAttachType.TraceKprobeMulti,
                KprobeFlags = atReturn ? 1u : 0,
                KprobeCount = (uint)pointers.Length,
                KprobeSymbols = table,
            };
            return BpfLinkCreation.Create(this, ref attributes, string.Create(CultureInfo.InvariantCulture, $"{pointers.Length} kernel functions"));
        }
    }

    /// <summary>Attaches an <c>uprobe.multi</c> program to many places of a user-space file in one step (Linux 6.6).</summary>
    /// <param name="path">Executable or shared library.</param>
    /// <param name="offsets">Offsets of the instructions in the file, in bytes.</param>
    /// <param name="pid">Process; 0, the default, for all.</param>
    /// <param name="atReturn">Whether it runs when the functions that begin there return. Default: false.</param>
    /// <exception cref="BpfException"><see cref="Errno.ENOENT"/>: no such file; <see cref="Errno.EBADF"/>: it is no regular file;
    /// <see cref="Errno.ESRCH"/>: no such process.</exception>
    public unsafe BpfLink AttachToUserCode(string path, IReadOnlyCollection<long> offsets, int pid = 0, bool atReturn = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(offsets);
        ArgumentOutOfRangeException.ThrowIfNegative(pid);
        long[] table = [.. offsets];
        fixed (byte* name = Encoding.UTF8.GetBytes(path + "\0"))
        fixed (long* first = table)
        {
            LinkCreateAttributes attributes = new()
            {
                AttachType = (uint)BpfAttachType.TraceUprobeMulti,
                UprobePath = name,
                UprobeOffsets = first,
                UprobeCount = (uint)table.Length,
                UprobeFlags = atReturn ? 1u : 0,
                UprobePid = (uint)pid,
            };
            return BpfLinkCreation.Create(this, ref attributes, string.Create(CultureInfo.InvariantCulture, $"{table.Length} places of '{path}'"));
        }
    }

    private BpfLink AttachToPerfEvent(SafeFileHandle perfEvent, ulong cookie, string where)
    {
        using FdLease lease = new(perfEvent);
        LinkCreateAttributes attributes = new() { TargetFd = lease.Fd, AttachType = (uint)BpfAttachType.PerfEvent, PerfCookie = cookie };
        return BpfLinkCreation.Create(this, ref attributes, where);
    }
}
