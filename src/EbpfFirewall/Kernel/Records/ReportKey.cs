using System.Runtime.InteropServices;
using EbpfFirewall.Decisions;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_report_key</c> (efw_event.h).</summary>
[KernelMirror("efw_report_key"), StructLayout(LayoutKind.Sequential)]
internal readonly record struct ReportKey(
    ProcessKey Process,
    EndpointRecord Dest,
    byte Family,
    byte Type,
    DecisionReason Reason,
    DecisionStage Stage,
    Attribution Attribution,
    Verdict Verdict,
    byte Limit,
    byte Reserved,
    int Rule,
    uint Generation,
    uint Attachment);
