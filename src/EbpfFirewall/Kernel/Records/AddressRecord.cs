using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>
/// Mirror of <c>struct efw_addr</c> (efw_policy.h): network order, IPv4 mapped. Two halves, so that it compares and hashes
/// without a loop.
/// </summary>
[KernelMirror("efw_addr"), StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct AddressRecord(ulong High, ulong Low)
{
    public static AddressRecord From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        IPAddress wide = address.AddressFamily == AddressFamily.InterNetwork ? address.MapToIPv6() : address;
        wide.TryWriteBytes(bytes, out _);
        return MemoryMarshal.Read<AddressRecord>(bytes);
    }

    /// <summary>Upper and lower half in host order.</summary>
    public (ulong Upper, ulong Lower) Halves => BitConverter.IsLittleEndian
        ? (BinaryPrimitives.ReverseEndianness(High), BinaryPrimitives.ReverseEndianness(Low))
        : (High, Low);

    /// <summary>The address; IPv4 again where it was mapped.</summary>
    public IPAddress ToAddress()
    {
        AddressRecord self = this;
        var address = new IPAddress(MemoryMarshal.AsBytes(new ReadOnlySpan<AddressRecord>(in self)));
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }
}
