namespace EbpfFirewall.Dns.Proxy;

/// <summary>Counts the TCP connections of one proxy, over both families.</summary>
internal sealed class TcpClientsLimit(int max)
{
    private int _count;

    internal int Count => Volatile.Read(ref _count);

    internal bool TryTake()
    {
        if (Interlocked.Increment(ref _count) <= max)
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    internal void Return() => Interlocked.Decrement(ref _count);
}
