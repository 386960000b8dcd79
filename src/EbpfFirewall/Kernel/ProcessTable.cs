using EbpfFirewall.Decisions;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel;

/// <summary>The senders that the kernel side has recorded (<c>efw_processes</c>), of all attachments, each read once.</summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class ProcessTable(BpfMap<ProcessKey, ProcessRecord> processes)
{
    private const int CacheEntries = 4096;
    private readonly Lock _gate = new();
    private readonly Dictionary<ProcessKey, ProcessIdentity> _known = [];

    /// <summary>Who a key stands for. Never null: with the record gone, the id and start time that the key holds.</summary>
    public ProcessIdentity Find(in ProcessKey key)
    {
        if (key.ProcessId == 0)
        {
            return ProcessIdentity.Unknown;
        }

        lock (_gate)
        {
            if (_known.TryGetValue(key, out ProcessIdentity? known))
            {
                return known;
            }

            if (!processes.TryGetValue(key, out ProcessRecord record) || record.Ready == 0)
            {
                return ProcessIdentityReader.FromKey(key);
            }

            if (_known.Count >= CacheEntries)
            {
                _known.Clear();
            }

            ProcessIdentity identity = ProcessIdentityReader.Read(key, record);
            _known.Add(key, identity);
            return identity;
        }
    }

    /// <summary>
    /// Forgets the processes that are no longer in their sandbox and the images that a later execve has replaced, so that the table cannot
    /// fill up with them. What was read of them stays in the cache; an event that is still on its way finds it there.
    /// </summary>
    /// <param name="alive">Thread-group ids in the sandbox of an attachment; null when there is none.</param>
    /// <param name="onRemoved">Told the attachment of each that has been removed.</param>
    public void RemoveDead(Func<uint, IReadOnlySet<int>?> alive, Action<uint> onRemoved)
    {
        var entries = processes.Enumerate().Select(entry => (entry.Key, entry.Value.Attachment)).ToList();
        var latest = entries.GroupBy(entry => entry.Key.ProcessId).ToDictionary(images => images.Key, images => images.Max(entry => entry.Key.ExecId));
        foreach ((ProcessKey key, uint attachment) in entries)
        {
            if (alive(attachment)?.Contains((int)key.ProcessId) != true || key.ExecId != latest[key.ProcessId])
            {
                Find(key);
                if (processes.Remove(key))
                {
                    onRemoved(attachment);
                }
            }
        }
    }
}
