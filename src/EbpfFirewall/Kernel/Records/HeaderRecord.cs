using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_header</c> (efw_policy.h): one attachment, in the line of its number.</summary>
[KernelMirror("efw_header"), StructLayout(LayoutKind.Sequential)]
internal struct HeaderRecord
{
    /// <summary><c>EFW_ABI_VERSION</c> (efw_abi.h).</summary>
    public const ushort AbiVersion = 4;

    /// <summary><c>EFW_ATTACHMENTS_MAX</c>: lines of headers, less that of number 0.</summary>
    public const int AttachmentsMax = 4095;

    /// <summary>Allowed decisions make events, too: <c>EFW_REPORT_ALLOWED</c>.</summary>
    public const byte ReportAllowed = 1;

    /// <summary>Foreign unix sockets are told, not denied: <c>EFW_UNIX_REPORTED</c>.</summary>
    public const byte UnixReported = 16;

    /// <summary>Unattended, what no rule names may pass: <c>EFW_FAIL_OPEN</c>.</summary>
    public const byte FailOpen = 4;

    private const int ShiftBits = 5;

    public ulong Active;

    /// <summary>First slot &lt;&lt; 32 | slots of rules.</summary>
    public ulong Traffic;
    public ushort DnsPort4;
    public ushort DnsPort6;
    public ushort Abi;
    public byte Flags;
    public byte Reserved0;
    public uint Id;
    public uint Reserved1;
    public LearnedSets Learned;

    /// <summary>What names an image: <c>EFW_ACTIVE_*</c>.</summary>
    public static ulong ToActive(uint generation, uint image, byte shift4) =>
        ((ulong)generation << 32) | (image << ShiftBits) | shift4;
}
