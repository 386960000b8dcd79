namespace EbpfFirewall.Dns.Proxy;

/// <summary>Queries that are not in use.</summary>
internal sealed class QueryPool
{
    private const int MaxIdle = 256;

    private readonly Lock _lock = new();
    private readonly Stack<Query> _idle = new(MaxIdle);

    internal Query Rent()
    {
        lock (_lock)
        {
            if (_idle.TryPop(out Query? query))
            {
                return query;
            }
        }

        return new Query();
    }

    internal void Return(Query query)
    {
        query.Reset();
        lock (_lock)
        {
            if (_idle.Count < MaxIdle)
            {
                _idle.Push(query);
            }
        }
    }
}
