using System.Net;

namespace EbpfFirewall.TestKit.Lab;

/// <summary>One host of the lab's world.</summary>
/// <param name="Name">What it stands for.</param>
/// <param name="V4">Its IPv4 address.</param>
/// <param name="V6">Its IPv6 address.</param>
public sealed record LabHost(string Name, string V4, string V6)
{
    /// <summary>The address to write into rules and to give to the probe (which maps it by itself).</summary>
    public string Address(AddressKind kind) => kind == AddressKind.IPv6 ? V6 : V4;

    /// <summary>The address as it stands in a URL; an IPv4-mapped one in its IPv6 form.</summary>
    public string UrlAddress(AddressKind kind) => kind switch
    {
        AddressKind.IPv4 => V4,
        AddressKind.IPv6 => $"[{V6}]",
        _ => $"[::ffff:{V4}]",
    };

    /// <summary>True for either address, IPv4-mapped or not.</summary>
    public bool Is(IPAddress address)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.Equals(IPAddress.Parse(V4)) || plain.Equals(IPAddress.Parse(V6));
    }
}
