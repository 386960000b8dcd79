using System.Runtime.InteropServices;
using EbpfFirewall.Decisions;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_event</c> (efw_event.h).</summary>
[KernelMirror("efw_event"), StructLayout(LayoutKind.Sequential)]
internal readonly record struct EventRecord(
    ulong TimeNs,
    ProcessKey Process,
    EndpointRecord Dest,
    int Rule,
    uint Repeat,
    uint Generation,
    byte Family,
    byte Type,
    Verdict Verdict,
    DecisionReason Reason,
    DecisionStage Stage,
    Attribution Attribution,
    byte IsRepeat,
    byte Limit,
    uint Attachment,
    uint Reserved2);
