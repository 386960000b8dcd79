using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>Unpredictable 16-bit numbers: transaction ids, and which socket a query leaves from (RFC 5452).</summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class RandomIds
{
    private readonly Lock _lock = new();
    private readonly byte[] _octets = new byte[512];
    private int _used = 512;

    internal ushort Next()
    {
        lock (_lock)
        {
            if (_used == _octets.Length)
            {
                RandomNumberGenerator.Fill(_octets);
                _used = 0;
            }

            ushort value = BinaryPrimitives.ReadUInt16LittleEndian(_octets.AsSpan(_used));
            _used += 2;
            return value;
        }
    }
}
