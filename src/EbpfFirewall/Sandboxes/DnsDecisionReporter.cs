using System.Diagnostics;
using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Proxy;

namespace EbpfFirewall.Sandboxes;

/// <summary>
/// Tells decisions of the DNS proxy, once for equal ones (process, name, reason): repeats are gathered and told again after a while,
/// the rest at the end. Bounded; when it is full it starts anew, and an equal decision may be told again.
/// </summary>
internal sealed class DnsDecisionReporter(DnsDecisionReader reader, DecisionHub hub, bool reportAllowed)
{
    private const int Entries = 8192;
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);
    private readonly Lock _gate = new();
    private readonly Dictionary<Key, Told> _told = [];

    public void OnDecision(DnsDecision decision)
    {
        if (decision.Verdict == Verdict.Allow && !reportAllowed)
        {
            return;
        }

        var key = new Key(decision.Client.Process, decision.Name, decision.Reason);
        long now = Stopwatch.GetTimestamp();
        long repeats = 1;
        bool isRepeat = false;
        lock (_gate)
        {
            if (_told.TryGetValue(key, out Told? told))
            {
                told.Pending++;
                if (Stopwatch.GetElapsedTime(told.At, now) < Again)
                {
                    return;
                }

                repeats = told.Pending;
                isRepeat = true;
                told.At = now;
                told.Pending = 0;
            }
            else
            {
                if (_told.Count >= Entries)
                {
                    FlushLocked();
                }

                _told.Add(key, new Told(decision) { At = now });
            }
        }

        hub.Publish(reader.Read(decision, repeats, isRepeat));
    }

    /// <summary>Tells the repeats that no event has told.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            FlushLocked();
        }
    }

    private void FlushLocked()
    {
        foreach (Told told in _told.Values.Where(told => told.Pending > 0))
        {
            hub.Publish(reader.Read(told.Decision, told.Pending, isRepeat: true));
        }

        _told.Clear();
    }

    private readonly record struct Key(ProcessIdentity? Process, string Name, DecisionReason Reason);

    private sealed class Told(DnsDecision decision)
    {
        public DnsDecision Decision { get; } = decision;

        public long At { get; set; }

        public long Pending { get; set; }
    }
}
