using System.Runtime.InteropServices;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_term</c> (efw_policy.h).</summary>
/// <param name="FirstPort">Lowest port, host order.</param>
/// <param name="LastPort">Highest port, host order.</param>
/// <param name="Protocols">The transports it applies to.</param>
/// <param name="Verdict">What it says.</param>
/// <param name="More">1 when the next term belongs to the class, too.</param>
/// <param name="Flags">What else there is to it.</param>
/// <param name="Rule">Number of the rule (<see cref="Memory.RuleNumbers"/>), or one of the constants.</param>
/// <param name="Exe">Number of the executable that it is for (<see cref="Memory.ExecutableNumbers"/>); 0: every program.</param>
/// <param name="Budget">Line of its limits (<see cref="Memory.BudgetLines"/>); 0: none.</param>
[KernelMirror("efw_term"), StructLayout(LayoutKind.Sequential)]
internal readonly record struct TermRecord(
    ushort FirstPort,
    ushort LastPort,
    TransportProtocols Protocols,
    TermVerdict Verdict,
    byte More,
    byte Flags,
    int Rule,
    ushort Exe,
    ushort Budget)
{
    /// <summary>No rule: built in.</summary>
    public const int NoRule = -1;

    /// <summary>One of several rules that say the same; the policy tells which.</summary>
    public const int SomeRule = -2;

    /// <summary>The egress program does not decide it by itself: <c>EFW_TERM_JUDGED</c>.</summary>
    public const byte Judged = 2;

    /// <summary>Terms in a line.</summary>
    public const int PerLine = 4;
}
