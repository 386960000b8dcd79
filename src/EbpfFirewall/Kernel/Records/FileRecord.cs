using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_file</c> (efw_process.h): a file as the kernel knows it. All zero: not known.</summary>
[KernelMirror("efw_file"), StructLayout(LayoutKind.Sequential)]
internal readonly record struct FileRecord(ulong Inode, ulong Number, uint Device, uint Reserved);
