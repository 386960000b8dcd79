using System.Collections.Immutable;
using System.Net;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>The name servers of a resolv.conf(5).</summary>
internal static class ResolvConf
{
    private const int DnsPort = 53;

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    internal static ImmutableArray<IPEndPoint> Read(string path) => Parse(File.ReadAllText(path));

    /// <summary>Takes the <c>nameserver</c> lines, each address once; lines that make no sense are skipped, as resolvers do.</summary>
    internal static ImmutableArray<IPEndPoint> Parse(string text)
    {
        ImmutableArray<IPEndPoint>.Builder servers = ImmutableArray.CreateBuilder<IPEndPoint>();
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines())
        {
            ReadOnlySpan<char> line = raw;
            int comment = line.IndexOfAny('#', ';');
            line = comment < 0 ? line : line[..comment];
            int gap = line.IndexOfAny(' ', '\t');
            if (gap < 0 || line[..gap] is not "nameserver" || !IPAddress.TryParse(line[gap..].Trim(), out IPAddress? address))
            {
                continue;
            }

            IPEndPoint server = new(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, DnsPort);
            if (!servers.Contains(server))
            {
                servers.Add(server);
            }
        }

        return servers.ToImmutable();
    }
}
