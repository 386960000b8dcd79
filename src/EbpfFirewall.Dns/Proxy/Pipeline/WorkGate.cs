namespace EbpfFirewall.Dns.Proxy;

/// <summary>Lets work in until it is closed, and tells when the last of it has left.</summary>
internal sealed class WorkGate
{
    /// <summary>Added once: what is inside is then counted from here upwards.</summary>
    private const int Closed = int.MinValue;

    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state;

    internal bool IsClosed => Volatile.Read(ref _state) < 0;

    internal bool TryEnter()
    {
        if (Interlocked.Increment(ref _state) > 0)
        {
            return true;
        }

        Leave();
        return false;
    }

    internal void Leave()
    {
        if (Interlocked.Decrement(ref _state) == Closed)
        {
            _empty.TrySetResult();
        }
    }

    /// <summary>Lets nothing more in. To be called once.</summary>
    internal void Close()
    {
        if (Interlocked.Add(ref _state, Closed) == Closed)
        {
            _empty.TrySetResult();
        }
    }

    /// <summary>Done when the gate is closed and nothing is inside.</summary>
    internal Task WhenEmptyAsync() => _empty.Task;
}
