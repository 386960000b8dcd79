using System.Collections.Immutable;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>The name servers in their order, and the one that is asked first.</summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class UpstreamSet(ImmutableArray<UpstreamServer> servers, ProxyClock clock)
{
    /// <summary>After this time the first server gets another chance.</summary>
    private static readonly TimeSpan Demotion = TimeSpan.FromSeconds(30);

    private int _preferred;
    private long _demotedUntil;

    internal ImmutableArray<UpstreamServer> Servers => servers;

    /// <summary>The server for a query: the preferred one, then those behind it in turn.</summary>
    internal UpstreamServer? Next(UpstreamServer? failed)
    {
        if (servers.IsEmpty)
        {
            return null;
        }

        if (failed is not null)
        {
            return servers[(servers.IndexOf(failed) + 1) % servers.Length];
        }

        if (Volatile.Read(ref _preferred) != 0 && Volatile.Read(ref _demotedUntil) <= clock.Now)
        {
            Volatile.Write(ref _preferred, 0);
        }

        return servers[Volatile.Read(ref _preferred)];
    }

    /// <summary>Prefers the next server while <paramref name="failed"/> does not answer.</summary>
    internal void Demote(UpstreamServer failed)
    {
        int index = servers.IndexOf(failed);
        if (index >= 0 && Interlocked.CompareExchange(ref _preferred, (index + 1) % servers.Length, index) == index)
        {
            Volatile.Write(ref _demotedUntil, clock.Now + clock.Ticks(Demotion));
        }
    }
}
