using System.Buffers.Binary;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>Removes from HTTPS and SVCB records what would hide a connection from the name checks.</summary>
internal static class ServiceBindingFilter
{
    private const int ParameterHead = 4;

    /// <summary>Copies record data without <c>ech</c> and, when asked to, without HTTP/3.</summary>
    /// <param name="data">The record's data.</param>
    /// <param name="removeHttp3">True to remove <c>h3</c> and its drafts from the protocols.</param>
    /// <param name="destination">Room for the result: as long as the data.</param>
    /// <param name="length">Octets written; the length of the data when nothing had to go.</param>
    /// <returns>False when the record is malformed, or means nothing without what had to go: it is left out then.</returns>
    internal static bool TryFilter(ReadOnlySpan<byte> data, bool removeHttp3, Span<byte> destination, out int length)
    {
        length = 0;
        if (DnsServiceBinding.TryRead(data, out DnsServiceBinding binding) != DnsStatus.Ok)
        {
            return false;
        }

        length = data.Length - binding.Parameters.Length;
        data[..length].CopyTo(destination);
        bool ech = false;
        bool alpn = false;
        bool noDefault = false;
        ReadOnlySpan<byte> mandatory = default;
        ReadOnlySpan<byte> rest = binding.Parameters;
        while (DnsServiceBinding.TryReadParameter(ref rest, out DnsServiceParameter key, out ReadOnlySpan<byte> value))
        {
            switch (key)
            {
                case DnsServiceParameter.Ech:
                    ech = true;
                    continue;
                case DnsServiceParameter.Mandatory:
                    mandatory = value;
                    break;
                case DnsServiceParameter.NoDefaultAlpn:
                    noDefault = true;
                    break;
                case DnsServiceParameter.Alpn when removeHttp3:
                    int kept = CopyProtocols(value, destination[(length + ParameterHead)..]);
                    alpn = kept == 0;
                    if (kept > 0)
                    {
                        WriteHead(destination[length..], key, kept);
                        length += ParameterHead + kept;
                    }

                    continue;
            }

            WriteHead(destination[length..], key, value.Length);
            value.CopyTo(destination[(length + ParameterHead)..]);
            length += ParameterHead + value.Length;
        }

        // Without a protocol left, or without what its owner calls mandatory, the record is of no use to anybody.
        return !(alpn && noDefault)
            && !(ech && Contains(mandatory, DnsServiceParameter.Ech))
            && !(alpn && Contains(mandatory, DnsServiceParameter.Alpn));
    }

    private static int CopyProtocols(ReadOnlySpan<byte> value, Span<byte> destination)
    {
        int length = 0;
        while (!value.IsEmpty)
        {
            int size = value[0] + 1;
            ReadOnlySpan<byte> protocol = value[1..size];
            if (!protocol.SequenceEqual("h3"u8) && !protocol.StartsWith("h3-"u8))
            {
                value[..size].CopyTo(destination[length..]);
                length += size;
            }

            value = value[size..];
        }

        return length;
    }

    private static void WriteHead(Span<byte> destination, DnsServiceParameter key, int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)key);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)length);
    }

    private static bool Contains(ReadOnlySpan<byte> keys, DnsServiceParameter key)
    {
        for (; keys.Length >= 2; keys = keys[2..])
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(keys) == (ushort)key)
            {
                return true;
            }
        }

        return false;
    }
}
