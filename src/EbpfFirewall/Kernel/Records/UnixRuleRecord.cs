using System.Runtime.InteropServices;
using EbpfFirewall.Decisions;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_unix_rule</c> (efw_unix.h).</summary>
[KernelMirror("efw_unix_rule"), StructLayout(LayoutKind.Sequential)]
internal struct UnixRuleRecord
{
    /// <summary>Lines that one takes.</summary>
    public const uint Lines = 2;

    public int Rule;
    public Verdict Verdict;
    public UnixKinds Kind;
    public byte Length;
    public byte More;
    public UnixText Text;
}
