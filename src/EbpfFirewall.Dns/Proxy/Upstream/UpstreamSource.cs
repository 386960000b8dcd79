using System.Collections.Immutable;
using System.Net;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>Where the list of name servers comes from: given, or a resolv.conf that is followed while it changes.</summary>
internal sealed class UpstreamSource : IDisposable
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    private readonly UpstreamContext _context;
    private readonly Lock _lock = new();
    private readonly List<UpstreamServer> _retired = [];
    private readonly bool _follows;
    private UpstreamSet _current;
    private (string Path, DateTime Time, long Length) _stamp;
    private long _nextCheck;
    private bool _disposed;

    /// <exception cref="EgressFirewallException">There is no upstream.</exception>
    internal UpstreamSource(UpstreamContext context)
    {
        _context = context;
        _follows = context.Options.Upstreams.IsDefaultOrEmpty;
        if (_follows)
        {
            // Before the file is read: a change in between is then seen as one.
            _ = TryStamp(out _stamp);
        }

        ImmutableArray<IPEndPoint> endPoints = _follows ? ReadFile() : context.Options.Upstreams;
        if (endPoints.IsEmpty)
        {
            throw new EgressFirewallException(
                ErrorCodes.DnsNoUpstream,
                $"No name server to ask: {context.Options.ResolvConfPath} names none or cannot be read. Name one there, or give one.");
        }

        _current = MakeSet(endPoints, []);
        _nextCheck = context.Clock.Now + context.Clock.Ticks(CheckInterval);
    }

    internal UpstreamSet Current => Volatile.Read(ref _current);

    /// <summary>The servers of now. A list that has become empty or unreadable leaves the last good one in force.</summary>
    internal UpstreamSet Refresh()
    {
        if (!_follows || Volatile.Read(ref _nextCheck) > _context.Clock.Now)
        {
            return Current;
        }

        lock (_lock)
        {
            if (_nextCheck <= _context.Clock.Now && !_disposed)
            {
                _nextCheck = _context.Clock.Now + _context.Clock.Ticks(CheckInterval);
                Reload();
            }

            return _current;
        }
    }

    internal void TakeExpired(long now, List<Query> expired)
    {
        foreach (UpstreamServer server in Current.Servers)
        {
            server.TakeExpired(now, expired);
        }

        lock (_lock)
        {
            for (int i = _retired.Count - 1; i >= 0; i--)
            {
                _retired[i].TakeExpired(now, expired);
                if (_retired[i].IsIdle)
                {
                    _retired[i].Dispose();
                    _retired.RemoveAt(i);
                }
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (UpstreamServer server in _current.Servers)
            {
                server.Dispose();
            }

            _retired.ForEach(server => server.Dispose());
            _retired.Clear();
        }
    }

    private void Reload()
    {
        (string, DateTime, long) before = _stamp;
        if (!TryStamp(out _stamp) || _stamp == before)
        {
            return;
        }

        ImmutableArray<IPEndPoint> endPoints = ReadFile();
        if (endPoints.IsEmpty)
        {
            return;
        }

        UpstreamSet old = _current;
        UpstreamSet after = MakeSet(endPoints, old.Servers);
        Volatile.Write(ref _current, after);
        _retired.AddRange(old.Servers.Where(server => !after.Servers.Contains(server)));
    }

    private UpstreamSet MakeSet(ImmutableArray<IPEndPoint> endPoints, ImmutableArray<UpstreamServer> known) => new(
        [
            .. endPoints.Select(endPoint =>
                known.FirstOrDefault(server => server.EndPoint.Equals(endPoint)) ?? new UpstreamServer(endPoint, _context)),
        ],
        _context.Clock);

    private ImmutableArray<IPEndPoint> ReadFile()
    {
        try
        {
            return ResolvConf.Read(_context.Options.ResolvConfPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>What tells one state of the file from another. It is often a link, whose own time says nothing.</summary>
    private bool TryStamp(out (string Path, DateTime Time, long Length) stamp)
    {
        try
        {
            string path = _context.Options.ResolvConfPath;
            FileInfo file = File.ResolveLinkTarget(path, returnFinalTarget: true) as FileInfo ?? new FileInfo(path);
            stamp = (file.FullName, file.LastWriteTimeUtc, file.Length);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            stamp = default;
            return false;
        }
    }
}
