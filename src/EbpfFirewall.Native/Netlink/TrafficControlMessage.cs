using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Netlink;

/// <summary><c>struct tcmsg</c>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 20)]
internal struct TrafficControlMessage
{
    [FieldOffset(0)] internal byte Family;
    [FieldOffset(4)] internal int InterfaceIndex;
    [FieldOffset(8)] internal uint Handle;
    [FieldOffset(12)] internal uint Parent;
    [FieldOffset(16)] internal uint Info;
}
