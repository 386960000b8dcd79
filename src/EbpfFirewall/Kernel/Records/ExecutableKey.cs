using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_exe_key</c> (efw_flow.h).</summary>
[KernelMirror("efw_exe_key"), StructLayout(LayoutKind.Sequential)]
internal readonly record struct ExecutableKey(ulong Number, uint Device, uint Attachment);
