using EbpfFirewall.Kernel.Records;

namespace EbpfFirewall.Kernel;

/// <summary>What stands in an attachment's header besides its policy.</summary>
/// <param name="DnsPort4">Port of the DNS proxy on 127.0.0.1; 0: none.</param>
/// <param name="DnsPort6">The same on ::1.</param>
/// <param name="ReportAllowed">Whether allowed decisions make events, too.</param>
/// <param name="FailMode">What holds while this process does not answer.</param>
internal readonly record struct AttachmentSettings(ushort DnsPort4, ushort DnsPort6, bool ReportAllowed, FailMode FailMode = FailMode.Closed)
{
    /// <summary><c>struct efw_header.flags</c>.</summary>
    public byte Flags => (byte)((ReportAllowed ? HeaderRecord.ReportAllowed : 0) | (FailMode == FailMode.Open ? HeaderRecord.FailOpen : 0));
}
