using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>The sink of a query that belongs to nobody.</summary>
internal sealed class NoSink(TransportProtocols protocol) : IReplySink
{
    internal static readonly NoSink Instance = new(TransportProtocols.None);

    /// <summary>For a connection that was closed before it asked anything.</summary>
    internal static readonly NoSink Tcp = new(TransportProtocols.Tcp);

    public TransportProtocols Protocol => protocol;

    public void Reply(Query query, ReadOnlySpan<byte> message)
    {
    }

    public void Abandon(Query query)
    {
    }
}
