namespace EbpfFirewall.Dns.Proxy;

/// <summary>Takes queries back from the upstream side. Each call hands the query over.</summary>
internal interface IUpstreamHandler
{
    /// <summary>An answer to exactly this query; nothing behind its question has been checked.</summary>
    /// <param name="query">The query.</param>
    /// <param name="message">The answer.</param>
    /// <param name="overTcp">True when it came over TCP.</param>
    void OnAnswer(Query query, ReadOnlySpan<byte> message, bool overTcp);

    /// <summary>No upstream answered; <see cref="Query.FailureReason"/> says how the last one failed.</summary>
    void OnGivenUp(Query query);
}
