using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EbpfFirewall.Cli.SelfTest.Interop;

/// <summary>Constants of the socket interface, and addresses as it has them.</summary>
internal static class Net
{
    public const int Unix = 1;
    public const int V4 = 2;
    public const int V6 = 10;
    public const int Netlink = 16;
    public const int Packet = 17;
    public const int Vsock = 40;
    public const int Xdp = 44;

    public const int Stream = 1;
    public const int Datagram = 2;
    public const int Raw = 3;
    public const int SeqPacket = 5;
    public const int Dccp = 6;
    public const int CloseOnExec = 0x80000;

    public const int Icmp = 1;
    public const int Tcp = 6;
    public const int Udp = 17;
    public const int DccpProtocol = 33;
    public const int IcmpV6 = 58;
    public const int Sctp = 132;
    public const int UdpLite = 136;
    public const int RawProtocol = 255;
    public const int MultipathTcp = 262;

    public const int SolSocket = 1;
    public const int Broadcast = 6;
    public const int Linger = 13;
    public const int SendTimeout = 21;
    public const int ReceiveTimeout = 20;
    public const int BindToDevice = 25;
    public const int Mark = 36;
    public const int ZeroCopy = 60;

    public const int SolIp = 0;
    public const int SolTcp = 6;
    public const int SolUdp = 17;
    public const int SolV6 = 41;
    public const int SolPacket = 263;
    public const int SolXdp = 283;

    public const int NoSignal = 0x4000;
    public const int FastOpen = 0x20000000;

    /// <summary>struct sockaddr_in or sockaddr_in6.</summary>
    public static byte[] Address(IPAddress address, int port)
    {
        bool isV4 = address.AddressFamily == AddressFamily.InterNetwork;
        byte[] result = new byte[isV4 ? 16 : 28];
        BinaryPrimitives.WriteUInt16LittleEndian(result, (ushort)(isV4 ? V4 : V6));
        BinaryPrimitives.WriteUInt16BigEndian(result.AsSpan(2), (ushort)port);
        address.GetAddressBytes().CopyTo(result, isV4 ? 4 : 8);
        if (!isV4)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(result.AsSpan(24), (uint)address.ScopeId);
        }

        return result;
    }

    public static byte[] Address(string address, int port) => Address(IPAddress.Parse(address), port);

    /// <summary>The same bytes under another family.</summary>
    public static byte[] WithFamily(byte[] address, int family)
    {
        byte[] result = [.. address];
        BinaryPrimitives.WriteUInt16LittleEndian(result, (ushort)family);
        return result;
    }

    /// <summary>struct sockaddr_un; a name that begins with @ is abstract.</summary>
    public static byte[] UnixAddress(string path) => path.StartsWith('@')
        ? [Unix, 0, 0, .. Encoding.UTF8.GetBytes(path[1..])]
        : [Unix, 0, .. Encoding.UTF8.GetBytes(path), 0];

    /// <summary>struct sockaddr_ll.</summary>
    public static byte[] LinkAddress(int index, int etherType, byte[] hardware)
    {
        byte[] result = new byte[20];
        result[0] = Packet;
        BinaryPrimitives.WriteUInt16BigEndian(result.AsSpan(2), (ushort)etherType);
        BinaryPrimitives.WriteInt32LittleEndian(result.AsSpan(4), index);
        result[11] = 6;
        hardware.CopyTo(result, 12);
        return result;
    }

    /// <summary>Index of an interface of this namespace; netdevice(7).</summary>
    public static int InterfaceIndex(string name)
    {
        const int GetIndex = 0x8933;
        byte[] request = new byte[40];
        Encoding.ASCII.GetBytes(name).CopyTo(request, 0);
        int fd = (int)Linux.Socket(V4, Datagram);
        Linux.Control(fd, GetIndex, request);
        Linux.Close(fd);
        return BinaryPrimitives.ReadInt32LittleEndian(request.AsSpan(16));
    }
}
