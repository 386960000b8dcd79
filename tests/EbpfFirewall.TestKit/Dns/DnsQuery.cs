using System.Net.Sockets;

namespace EbpfFirewall.TestKit.Dns;

/// <summary>A query as it arrived at the scripted server.</summary>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="Name">Lower case, without the trailing dot.</param>
/// <param name="Type">Record type (IANA number).</param>
/// <param name="Bytes">The whole message.</param>
public sealed record DnsQuery(ProtocolType Protocol, string Name, ushort Type, byte[] Bytes);
