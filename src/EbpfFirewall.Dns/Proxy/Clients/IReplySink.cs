using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>Takes the reply to a query.</summary>
internal interface IReplySink
{
    TransportProtocols Protocol { get; }

    /// <summary>Sends <paramref name="message"/>, or does nothing when the client is gone. Neither blocks for long nor throws.</summary>
    void Reply(Query query, ReadOnlySpan<byte> message);

    /// <summary>Says that <paramref name="query"/> gets no reply.</summary>
    void Abandon(Query query);
}
