using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>The sink of a query that belongs to nobody.</summary>
internal sealed class NoSink : IReplySink
{
    internal static readonly NoSink Instance = new();

    public TransportProtocols Protocol => TransportProtocols.None;

    public void Reply(Query query, ReadOnlySpan<byte> message)
    {
    }

    public void Abandon(Query query)
    {
    }
}
