using System.Net;
using System.Net.Sockets;

namespace EbpfFirewall.TestKit.Servers;

/// <summary>One connection or datagram that reached an echo server.</summary>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="Local">The address and port of the world that it reached.</param>
/// <param name="Peer">Where it came from.</param>
/// <param name="Bytes">A datagram, or a chunk of a stream; empty for the connection itself.</param>
public sealed record SinkRecord(ProtocolType Protocol, IPEndPoint Local, IPEndPoint Peer, byte[] Bytes);
