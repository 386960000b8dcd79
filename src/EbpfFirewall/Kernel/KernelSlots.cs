namespace EbpfFirewall.Kernel;

/// <summary>
/// Places for attachments that are ready before they are asked for, so that nobody waits for the verifier. As many as were wanted at a
/// time, and those that attachments have left.
/// </summary>
/// <param name="load">Makes one; null when that fails.</param>
/// <param name="discard">Unmakes one.</param>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class KernelSlots(Func<KernelSlot?> load, Action<KernelSlot> discard) : IDisposable
{
    private const int Most = 16;
    private readonly Lock _gate = new();
    private readonly Stack<KernelSlot> _ready = new();
    private Task _loading = Task.CompletedTask;
    private int _wanted = 1;
    private bool _disposed;

    /// <summary>Makes some in the background until there are enough.</summary>
    public void Refill()
    {
        lock (_gate)
        {
            if (!_disposed && _loading.IsCompleted && _ready.Count < _wanted)
            {
                _loading = Task.Run(Load);
            }
        }
    }

    /// <summary>Takes one, and waits for one that is being made.</summary>
    /// <returns>Null when there is none: whoever asks makes his own.</returns>
    public KernelSlot? Take()
    {
        Task loading;
        lock (_gate)
        {
            if (_ready.TryPop(out KernelSlot? slot))
            {
                return slot;
            }

            _wanted = Math.Min(_wanted * 2, Most);
            loading = _loading;
        }

        loading.Wait();
        lock (_gate)
        {
            return _ready.TryPop(out KernelSlot? slot) ? slot : null;
        }
    }

    /// <summary>Gives one back that an attachment has left.</summary>
    public void Give(KernelSlot slot)
    {
        lock (_gate)
        {
            if (!_disposed && _ready.Count < Most)
            {
                _ready.Push(slot);
                return;
            }
        }

        discard(slot);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        _loading.Wait();
        while (_ready.TryPop(out KernelSlot? slot))
        {
            discard(slot);
        }
    }

    private void Load()
    {
        while (true)
        {
            KernelSlot? slot = load();
            lock (_gate)
            {
                if (slot is null)
                {
                    return;
                }

                _ready.Push(slot);
                if (_disposed || _ready.Count >= _wanted)
                {
                    return;
                }
            }
        }
    }
}
