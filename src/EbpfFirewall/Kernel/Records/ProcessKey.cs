using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_process_key</c> (efw_process.h): one program image of one process.</summary>
/// <param name="ProcessId">Thread-group id in the initial pid namespace; 0: nobody.</param>
/// <param name="ExecId">How often it has called execve.</param>
/// <param name="StartNs">CLOCK_BOOTTIME, nanoseconds.</param>
[KernelMirror("efw_process_key"), StructLayout(LayoutKind.Sequential)]
internal readonly record struct ProcessKey(uint ProcessId, uint ExecId, ulong StartNs);
