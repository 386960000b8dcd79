using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_redirect</c> (efw_flow.h).</summary>
[KernelMirror("efw_redirect"), StructLayout(LayoutKind.Sequential)]
internal readonly record struct RedirectRecord(
    ProcessKey Process,
    FileRecord Program,
    EndpointRecord Original,
    uint Attribution,
    ulong TimeNs,
    ulong ClosedNs);
