using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using EbpfFirewall.Native.Netlink;

namespace EbpfFirewall.Native;

/// <summary>
/// Lists the TCP and UDP sockets of the network namespace that the calling thread is in, and destroys them, whoever holds them:
/// sock_diag(7).
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
public static class KernelSockets
{
    private const ushort ByFamily = 20;
    private const ushort DestroyByFamily = 21;
    private const byte InterNetwork = 2;
    private const byte InterNetworkV6 = 10;
    private const int MessageSize = 72;
    private const int CgroupIdAttribute = 21;
    private const int SocketIdAt = 4;
    private const int SocketIdSize = 48;

    /// <summary>The sockets of a protocol, over IPv4 and IPv6; some may come or go while the kernel lists them.</summary>
    /// <param name="protocol"><see cref="ProtocolType.Tcp"/> or <see cref="ProtocolType.Udp"/>.</param>
    /// <exception cref="BpfException">The kernel has no such listing.</exception>
    public static IReadOnlyList<KernelSocket> List(ProtocolType protocol)
    {
        byte number = Number(protocol);
        using NetlinkSocket netlink = new(NetlinkSocket.SocketDiagnosis);
        List<KernelSocket> found = [];
        foreach (byte family in (ReadOnlySpan<byte>)[InterNetwork, InterNetworkV6])
        {
            NetlinkMessage message = new NetlinkMessage(ByFamily, NetlinkMessage.Dump).Header(new SocketDiagnosisRequest
            {
                Family = family,
                Protocol = number,
                States = uint.MaxValue,
            });
            found.AddRange(netlink.Dump(message, $"list {protocol} sockets").Where(static b => b.Length >= MessageSize).Select(b => Parse(number, b)));
        }

        return found;
    }

    /// <summary>
    /// Aborts a socket: its holder meets ECONNABORTED, and a TCP peer a reset. It needs CAP_NET_ADMIN. Where many are to go at once, an
    /// iterator over <c>tcp</c> or <c>udp</c> whose program calls <c>bpf_sock_destroy</c> (Linux 6.5) does it in one pass.
    /// </summary>
    /// <returns>False when it is gone already.</returns>
    /// <exception cref="BpfException"><see cref="Errno.EOPNOTSUPP"/>: the kernel is built without CONFIG_INET_DIAG_DESTROY.</exception>
    public static unsafe bool Destroy(KernelSocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        SocketDiagnosisRequest request = new()
        {
            Family = socket.Local.AddressFamily == AddressFamily.InterNetwork ? InterNetwork : InterNetworkV6,
            Protocol = socket.Protocol,
            States = uint.MaxValue,
        };
        Span<byte> id = new(request.SocketId, SocketIdSize);
        BinaryPrimitives.WriteUInt16BigEndian(id, (ushort)socket.Local.Port);
        BinaryPrimitives.WriteUInt16BigEndian(id[2..], (ushort)socket.Remote.Port);
        socket.Local.Address.TryWriteBytes(id[4..20], out _);
        socket.Remote.Address.TryWriteBytes(id[20..36], out _);
        MemoryMarshal.Write(id[36..], socket.InterfaceIndex);

        // Two 32-bit words, the lower first whatever the byte order.
        MemoryMarshal.Write(id[40..], (uint)socket.Cookie);
        MemoryMarshal.Write(id[44..], (uint)(socket.Cookie >> 32));
        using NetlinkSocket netlink = new(NetlinkSocket.SocketDiagnosis);
        (Errno error, string? text) = netlink.Change(new NetlinkMessage(DestroyByFamily, NetlinkMessage.Acknowledge).Header(request));
        string? advice = text ?? (error == Errno.EOPNOTSUPP ? "The kernel is built without CONFIG_INET_DIAG_DESTROY." : null);
        return error switch
        {
            Errno.None => true,
            Errno.ENOENT => false,
            _ => throw new BpfException(error, $"destroy the socket from {socket.Local} to {socket.Remote}", advice),
        };
    }

    private static KernelSocket Parse(byte protocol, byte[] message)
    {
        ReadOnlySpan<byte> id = message.AsSpan(SocketIdAt, SocketIdSize);
        int size = message[0] == InterNetwork ? 4 : 16;
        return new KernelSocket(
            protocol,
            message[1],
            new IPEndPoint(new IPAddress(id.Slice(4, size)), BinaryPrimitives.ReadUInt16BigEndian(id)),
            new IPEndPoint(new IPAddress(id.Slice(20, size)), BinaryPrimitives.ReadUInt16BigEndian(id[2..])),
            MemoryMarshal.Read<uint>(id[36..]),
            MemoryMarshal.Read<uint>(id[40..]) | ((ulong)MemoryMarshal.Read<uint>(id[44..]) << 32),
            MemoryMarshal.Read<uint>(message.AsSpan(64)),
            MemoryMarshal.Read<uint>(message.AsSpan(68)))
        {
            CgroupId = NetlinkMessage.ParseAttributes(message.AsSpan(MessageSize)).TryGetValue(CgroupIdAttribute, out byte[]? cgroup)
                ? MemoryMarshal.Read<ulong>(cgroup)
                : 0,
        };
    }

    private static byte Number(ProtocolType protocol) => protocol is ProtocolType.Tcp or ProtocolType.Udp
        ? (byte)protocol
        : throw new ArgumentOutOfRangeException(nameof(protocol), protocol, "TCP or UDP");
}
