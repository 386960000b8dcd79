using System.Runtime.InteropServices;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_term</c> (efw_policy.h).</summary>
[KernelMirror("efw_term"), StructLayout(LayoutKind.Sequential)]
internal readonly record struct TermRecord(
    ushort FirstPort,
    ushort LastPort,
    TransportProtocols Protocols,
    TermVerdict Verdict,
    ushort Reserved,
    int Rule)
{
    public static TermRecord From(PolicyTerm term) =>
        new(term.FirstPort, term.LastPort, term.Protocols, term.Verdict, 0, term.RuleIndex);
}
