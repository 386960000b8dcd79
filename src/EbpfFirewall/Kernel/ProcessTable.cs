using EbpfFirewall.Decisions;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel;

/// <summary>The senders that the kernel side has recorded (<c>efw_processes</c>), each read once.</summary>
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
    /// Forgets the processes that are no longer in the sandbox and the images that a later execve has replaced, so that the table cannot
    /// fill up with them. What was read of them stays in the cache; an event that is still on its way finds it there.
    /// </summary>
    /// <param name="alive">Thread-group ids in the sandbox.</param>
    public void RemoveDead(IReadOnlySet<int> alive)
    {
        List<ProcessKey> keys = [.. processes.Enumerate().Select(entry => entry.Key)];
        var latest = keys.GroupBy(key => key.ProcessId).ToDictionary(images => images.Key, images => images.Max(key => key.ExecId));
        foreach (ProcessKey key in keys)
        {
            if (!alive.Contains((int)key.ProcessId) || key.ExecId != latest[key.ProcessId])
            {
                Find(key);
                processes.Remove(key);
            }
        }
    }
}
