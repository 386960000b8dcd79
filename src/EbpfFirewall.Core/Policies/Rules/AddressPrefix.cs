using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace EbpfFirewall.Policies.Rules;

/// <summary>
/// A network as a number, so that it can be sorted and compared. IPv4 stands in the low 32 bits; an IPv4-mapped
/// IPv6 address is IPv4, always.
/// </summary>
/// <param name="IsIPv6">The family.</param>
/// <param name="Address">The first address of the network, host order.</param>
/// <param name="Length">Prefix length in bits: up to 32, or up to 128.</param>
internal readonly record struct AddressPrefix(bool IsIPv6, UInt128 Address, int Length) : IComparable<AddressPrefix>
{
    private int Width => IsIPv6 ? 128 : 32;

    private UInt128 HostMask => IsIPv6
        ? Length == 0 ? UInt128.MaxValue : (UInt128.One << (128 - Length)) - 1
        : ((UInt128.One << (32 - Length)) - 1);

    /// <summary>The same network without the bits behind its length.</summary>
    internal AddressPrefix WithoutHostBits => this with { Address = Address & ~HostMask };

    internal bool HasHostBits => (Address & HostMask) != 0;

    internal bool IsSingleAddress => Length == Width;

    /// <summary>The prefix of one whole address; IPv4-mapped becomes IPv4.</summary>
    internal static AddressPrefix Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        Span<byte> octets = stackalloc byte[16];
        _ = address.TryWriteBytes(octets, out _);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? new AddressPrefix(false, BinaryPrimitives.ReadUInt32BigEndian(octets), 32)
            : new AddressPrefix(true, BinaryPrimitives.ReadUInt128BigEndian(octets), 128);
    }

    /// <summary>Parses a known-good network, for tables in code.</summary>
    internal static AddressPrefix Of(string network)
    {
        IPNetwork parsed = IPNetwork.Parse(network);
        return Of(parsed.BaseAddress) with { Length = parsed.PrefixLength };
    }

    internal bool Contains(AddressPrefix other) =>
        IsIPv6 == other.IsIPv6 && Length <= other.Length && (other.Address & ~HostMask) == Address;

    internal IPNetwork ToNetwork() => new(ToAddress(), Length);

    internal IPAddress ToAddress()
    {
        Span<byte> octets = stackalloc byte[16];
        if (IsIPv6)
        {
            BinaryPrimitives.WriteUInt128BigEndian(octets, Address);
            return new IPAddress(octets);
        }

        BinaryPrimitives.WriteUInt32BigEndian(octets, (uint)Address);
        return new IPAddress(octets[..4]);
    }

    /// <summary>Orders by family, address, length: a network stands before everything inside it.</summary>
    public int CompareTo(AddressPrefix other)
    {
        int order = IsIPv6.CompareTo(other.IsIPv6);
        order = order != 0 ? order : Address.CompareTo(other.Address);
        return order != 0 ? order : Length.CompareTo(other.Length);
    }

    /// <summary>The form it has in a rule: without the length where that is the whole address.</summary>
    public override string ToString() => IsSingleAddress ? ToAddress().ToString() : $"{ToAddress()}/{Length}";
}
