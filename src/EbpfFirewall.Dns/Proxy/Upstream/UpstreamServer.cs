using System.Net;
using System.Net.Sockets;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>One name server: its sockets, and whether it understands EDNS.</summary>
internal sealed class UpstreamServer : IDisposable
{
    private static readonly TimeSpan EdnsRetry = TimeSpan.FromMinutes(5);

    private readonly UpstreamContext _context;
    private readonly Lock _lock = new();
    private readonly UdpChannel?[] _channels;
    private long _plainUntil = long.MinValue;
    private bool _disposed;

    internal UpstreamServer(IPEndPoint endPoint, UpstreamContext context)
    {
        EndPoint = endPoint;
        _context = context;
        _channels = new UdpChannel?[context.Options.SocketsPerUpstream];
    }

    internal IPEndPoint EndPoint { get; }

    /// <summary>True when nothing waits for this server any more.</summary>
    internal bool IsIdle => Array.TrueForAll(_channels, channel => channel is null || channel.IsIdle);

    /// <summary>Sends a query from one of the sockets, chosen at random. True hands it over.</summary>
    internal bool TrySend(Query query)
    {
        query.Server = this;
        query.SentEdns = !query.AvoidEdns && Volatile.Read(ref _plainUntil) <= _context.Clock.Now;
        int index = _context.Random.Next() % _channels.Length;
        EnsureOpen(index);
        return Volatile.Read(ref _channels[index])?.TrySend(query) == true;
    }

    /// <summary>Remembers for a while that this server does not take OPT records.</summary>
    internal void AvoidEdns() => Volatile.Write(ref _plainUntil, _context.Clock.Now + _context.Clock.Ticks(EdnsRetry));

    internal void TakeExpired(long now, List<Query> expired)
    {
        foreach (UdpChannel? channel in _channels)
        {
            channel?.TakeExpired(now, expired);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (UdpChannel? channel in _channels)
            {
                channel?.Dispose();
            }
        }
    }

    private void EnsureOpen(int index)
    {
        if (Volatile.Read(ref _channels[index]) is { IsClosed: false })
        {
            return;
        }

        lock (_lock)
        {
            if (_disposed || _channels[index] is { IsClosed: false })
            {
                return;
            }

            try
            {
                _channels[index] = UdpChannel.Open(EndPoint, _context);
            }
            catch (SocketException)
            {
                // No route, no descriptors: a closed or missing channel refuses the query, and the next server gets it.
            }
        }
    }
}
