using System.Net;
using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_endpoint</c> (efw_flow.h).</summary>
/// <param name="Address">Network order, IPv4 mapped.</param>
/// <param name="Port">Host order.</param>
/// <param name="Protocol">IANA number.</param>
/// <param name="Reserved">Zero.</param>
[KernelMirror("efw_endpoint"), StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct EndpointRecord(AddressRecord Address, ushort Port, byte Protocol, byte Reserved)
{
    public IPEndPoint ToEndPoint() => new(Address.ToAddress(), Port);
}
