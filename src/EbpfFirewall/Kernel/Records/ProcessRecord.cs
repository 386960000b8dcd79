using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_process</c> (efw_process.h).</summary>
[KernelMirror("efw_process"), StructLayout(LayoutKind.Sequential)]
internal struct ProcessRecord
{
    public uint Ready;
    public uint Uid;
    public uint ArgsBytes;
    public uint ExeWhole;
    public uint ParentCount;
    public uint Attachment;
    public FileRecord File;
    public CommBytes Comm;
    public ParentSlots Parents;
    public ExecutableSlots Exe;
    public ArgumentBytes Args;
}
