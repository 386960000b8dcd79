using System.Net;
using System.Net.Sockets;

namespace EbpfFirewall.TestKit.Dns;

/// <summary>One resource record of a scripted answer.</summary>
public sealed record DnsRecord(string Name, ushort Type, uint Ttl, byte[] Data)
{
    public const ushort TypeA = 1;
    public const ushort TypeCname = 5;
    public const ushort TypeTxt = 16;
    public const ushort TypeAaaa = 28;

    /// <summary>A or AAAA.</summary>
    public static DnsRecord Address(string name, string address, uint ttl = 60)
    {
        IPAddress parsed = IPAddress.Parse(address);
        return new(name, parsed.AddressFamily == AddressFamily.InterNetwork ? TypeA : TypeAaaa, ttl, parsed.GetAddressBytes());
    }

    public static DnsRecord Alias(string name, string target, uint ttl = 60) =>
        new(name, TypeCname, ttl, DnsMessage.EncodeName(target));
}
