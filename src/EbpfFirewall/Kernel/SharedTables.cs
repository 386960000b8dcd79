using EbpfFirewall.Kernel.Records;

namespace EbpfFirewall.Kernel;

/// <summary>
/// Removes from the tables that all attachments share what is over, and counts it down from what each has taken. The kernel does not
/// rely on it: a table that stays full denies.
/// </summary>
internal sealed class SharedTables(KernelEngine engine, ProcessTable processes)
{
    private static readonly TimeSpan ClosedLifetime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan IdleLifetime = TimeSpan.FromMinutes(5);

    /// <summary>Removes what is over.</summary>
    /// <param name="attachments">Those that are attached, by id, and what lists the processes of each.</param>
    /// <param name="nowNs">CLOCK_BOOTTIME.</param>
    public void RemoveEnded(IReadOnlyDictionary<uint, (KernelAttachment Attachment, Func<IReadOnlySet<int>> Processes)> attachments, ulong nowNs)
    {
        foreach ((RedirectKey key, RedirectRecord record) in engine.Redirects.Enumerate())
        {
            bool isKnown = attachments.TryGetValue(key.Attachment, out (KernelAttachment Attachment, Func<IReadOnlySet<int>> Processes) owner);
            if ((!isKnown || HasEnded(record, nowNs)) && engine.Redirects.Remove(key) && isKnown)
            {
                Interlocked.Decrement(ref owner.Attachment.Quota.Redirects);
            }
        }

        Dictionary<uint, IReadOnlySet<int>?> alive = [];
        IReadOnlySet<int>? AliveIn(uint attachment)
        {
            if (!alive.TryGetValue(attachment, out IReadOnlySet<int>? known))
            {
                known = attachments.TryGetValue(attachment, out (KernelAttachment Attachment, Func<IReadOnlySet<int>> Processes) owner) ? owner.Processes() : null;
                alive.Add(attachment, known);
            }

            return known;
        }

        RemoveUsages(attachments, AliveIn);
        processes.RemoveDead(
            AliveIn,
            attachment =>
            {
                if (attachments.TryGetValue(attachment, out (KernelAttachment Attachment, Func<IReadOnlySet<int>> Processes) owner))
                {
                    Interlocked.Decrement(ref owner.Attachment.Quota.Processes);
                }
            });
    }

    private void RemoveUsages(
        IReadOnlyDictionary<uint, (KernelAttachment Attachment, Func<IReadOnlySet<int>> Processes)> attachments, Func<uint, IReadOnlySet<int>?> alive)
    {
        foreach (UsageKey key in engine.Usages.Enumerate().Select(static entry => entry.Key).Where(static key => key.ProcessId != 0).ToList())
        {
            if (alive(key.Attachment)?.Contains((int)key.ProcessId) != true && engine.Usages.Remove(key)
                && attachments.TryGetValue(key.Attachment, out (KernelAttachment Attachment, Func<IReadOnlySet<int>> Processes) owner))
            {
                Interlocked.Decrement(ref owner.Attachment.Quota.Usages);
            }
        }
    }

    // A proxy may still read what a client sent that has closed its socket a moment ago.
    private static bool HasEnded(in RedirectRecord record, ulong nowNs) =>
        record.ClosedNs != 0
            ? nowNs > record.ClosedNs + Nanoseconds(ClosedLifetime)
            : nowNs > record.TimeNs + Nanoseconds(IdleLifetime);

    private static ulong Nanoseconds(TimeSpan time) => (ulong)time.Ticks * TimeSpan.NanosecondsPerTick;
}
