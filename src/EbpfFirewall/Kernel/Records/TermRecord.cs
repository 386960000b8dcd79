using System.Runtime.InteropServices;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_term</c> (efw_policy.h).</summary>
/// <param name="FirstPort">Lowest port, host order.</param>
/// <param name="LastPort">Highest port, host order.</param>
/// <param name="Protocols">The transports it applies to.</param>
/// <param name="Verdict">What it says.</param>
/// <param name="More">1 when the next term belongs to the class, too.</param>
/// <param name="Reserved">Zero.</param>
/// <param name="Rule">Number of the rule (<see cref="Memory.RuleNumbers"/>), or one of the constants.</param>
/// <param name="Reserved2">Zero.</param>
[KernelMirror("efw_term"), StructLayout(LayoutKind.Sequential)]
internal readonly record struct TermRecord(
    ushort FirstPort,
    ushort LastPort,
    TransportProtocols Protocols,
    TermVerdict Verdict,
    byte More,
    byte Reserved,
    int Rule,
    uint Reserved2)
{
    /// <summary>No rule: built in.</summary>
    public const int NoRule = -1;

    /// <summary>One of several rules that say the same; the policy tells which.</summary>
    public const int SomeRule = -2;

    /// <summary>Terms in a line.</summary>
    public const int PerLine = 4;
}
