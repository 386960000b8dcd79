using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Netlink;

/// <summary><c>struct inet_diag_req_v2</c>; ports and addresses of the socket id are in network order.</summary>
[StructLayout(LayoutKind.Explicit, Size = 56)]
internal unsafe struct SocketDiagnosisRequest
{
    [FieldOffset(0)] internal byte Family;
    [FieldOffset(1)] internal byte Protocol;
    [FieldOffset(4)] internal uint States;
    [FieldOffset(8)] internal fixed byte SocketId[48];
}
