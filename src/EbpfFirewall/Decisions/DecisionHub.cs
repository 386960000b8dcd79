using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EbpfFirewall.Decisions;
using Microsoft.Extensions.Logging;

namespace EbpfFirewall;

/// <summary>
/// Hands every decision to whoever listens: callbacks in order, and one bounded queue per reader. A slow reader loses its
/// oldest events, never holds up the others, and the losses are counted.
/// </summary>
internal sealed class DecisionHub(Action<DecisionEvent>[] callbacks, ILogger logger)
{
    private const int ReaderCapacityEvents = 4096;
    private readonly Lock _gate = new();
    private Channel<DecisionEvent>[] _readers = [];
    private long _dropped;
    private bool _completed;

    /// <summary>Events that slow readers lost.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public void Publish(DecisionEvent decision)
    {
        lock (_gate)
        {
            foreach (Action<DecisionEvent> callback in callbacks)
            {
                try
                {
                    callback(decision);
                }
                catch (Exception error)
                {
                    // The verdict has fallen in the kernel; a listener's mistake must not silence the others.
                    FirewallLog.CallbackFailed(logger, error);
                }
            }

            foreach (Channel<DecisionEvent> reader in _readers)
            {
                reader.Writer.TryWrite(decision);
            }
        }
    }

    /// <summary>Listens from now on, not only from the first step of the enumeration.</summary>
    public IAsyncEnumerable<DecisionEvent> ReadAsync(CancellationToken cancellationToken) =>
        DrainAsync(Subscribe(), cancellationToken);

    /// <summary>Ends every reader once it has read what is queued.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            foreach (Channel<DecisionEvent> reader in _readers)
            {
                reader.Writer.TryComplete();
            }
        }
    }

    private async IAsyncEnumerable<DecisionEvent> DrainAsync(
        Channel<DecisionEvent> channel,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (DecisionEvent decision in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return decision;
            }
        }
        finally
        {
            lock (_gate)
            {
                _readers = [.. _readers.Where(reader => reader != channel)];
            }
        }
    }

    private Channel<DecisionEvent> Subscribe()
    {
        var options = new BoundedChannelOptions(ReaderCapacityEvents)
        {
            FullMode = BoundedChannelFullMode.DropOldest,
            SingleReader = true,
        };
        var channel = Channel.CreateBounded<DecisionEvent>(options, _ => Interlocked.Increment(ref _dropped));
        lock (_gate)
        {
            _readers = [.. _readers, channel];
            if (_completed)
            {
                channel.Writer.TryComplete();
            }
        }

        return channel;
    }
}
