using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>Names with a meaning of their own, in wire form.</summary>
internal static class SpecialNames
{
    /// <summary>RFC 6761 section 6.3.</summary>
    internal static bool IsLocalhost(DnsName name) => name.IsAtOrBelow("\u0009localhost\0"u8);

    /// <summary>Names by which programs ask whether they may resolve elsewhere; an answer would switch encrypted DNS or relays on.</summary>
    internal static bool IsCanary(DnsName name) =>
        name.IsAtOrBelow("\u0013use-application-dns\u0003net\0"u8)
        || name.IsAtOrBelow("\u0004mask\u0006icloud\u0003com\0"u8)
        || name.IsAtOrBelow("\u0007mask-h2\u0006icloud\u0003com\0"u8)
        || IsResolverDiscovery(name);

    /// <summary>Discovery of designated resolvers (RFC 9462), which a forwarder does not pass on.</summary>
    internal static bool IsResolverDiscovery(DnsName name) => name.IsAtOrBelow("\u0008resolver\u0004arpa\0"u8);

    /// <summary>True for a name of the public tree; false for single labels and for the suffixes that networks use inside.</summary>
    internal static bool IsPublic(DnsName name, ReadOnlySpan<byte> flat) =>
        flat.Length > 1
        && flat[flat[0] + 1] != 0
        && !name.IsAtOrBelow("\u0004test\0"u8)
        && !name.IsAtOrBelow("\u0005local\0"u8)
        && !name.IsAtOrBelow("\u0008internal\0"u8)
        && !name.IsAtOrBelow("\u0003lan\0"u8)
        && !name.IsAtOrBelow("\u0004home\u0004arpa\0"u8)
        && !name.IsAtOrBelow("\u0009localhost\0"u8)
        && !name.IsAtOrBelow("\u0008intranet\0"u8)
        && !name.IsAtOrBelow("\u0004corp\0"u8)
        && !name.IsAtOrBelow("\u0007private\0"u8);

    /// <summary>True below in-addr.arpa and ip6.arpa.</summary>
    internal static bool IsReverse(DnsName name) =>
        name.IsAtOrBelow("\u0007in-addr\u0004arpa\0"u8) || name.IsAtOrBelow("\u0003ip6\u0004arpa\0"u8);

    /// <summary>True for the whole reverse name of one address: anything else below these zones carries data of the asker's making.</summary>
    internal static bool IsReverseAddress(DnsName name, ReadOnlySpan<byte> flat) =>
        name.IsAtOrBelow("\u0007in-addr\u0004arpa\0"u8) ? IsReverseV4(flat) : IsReverseV6(flat);

    private static bool IsReverseV4(ReadOnlySpan<byte> flat)
    {
        for (int i = 0; i < 4; i++)
        {
            ReadOnlySpan<byte> label = flat.Slice(1, flat[0]);
            if (label.Length > 3 || label.ContainsAnyExceptInRange((byte)'0', (byte)'9') || (label.Length > 1 && label[0] == '0'))
            {
                return false;
            }

            int value = 0;
            foreach (byte digit in label)
            {
                value = (value * 10) + digit - '0';
            }

            if (value > 255)
            {
                return false;
            }

            flat = flat[(flat[0] + 1)..];
        }

        return flat.Length == "\u0007in-addr\u0004arpa\0"u8.Length;
    }

    private static bool IsReverseV6(ReadOnlySpan<byte> flat)
    {
        const int Nibbles = 32;
        if (flat.Length != (Nibbles * 2) + "\u0003ip6\u0004arpa\0"u8.Length)
        {
            return false;
        }

        for (int i = 0; i < Nibbles; i++)
        {
            if (flat[i * 2] != 1 || !char.IsAsciiHexDigit((char)flat[(i * 2) + 1]))
            {
                return false;
            }
        }

        return true;
    }
}
