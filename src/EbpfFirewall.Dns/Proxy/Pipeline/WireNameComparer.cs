using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>Compares flat names, ASCII letters in any case.</summary>
internal sealed class WireNameComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    internal static readonly WireNameComparer Instance = new();

    public bool Equals(byte[]? x, byte[]? y) => NameCodec.EqualFolded(x, y);

    public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => NameCodec.EqualFolded(alternate, other);

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        HashCode hash = default;
        foreach (byte octet in alternate)
        {
            hash.Add(NameCodec.Fold(octet));
        }

        return hash.ToHashCode();
    }

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
