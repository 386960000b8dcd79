using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EbpfFirewall.Decisions;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel;

/// <summary>Reads the event ring of a firewall on a thread of its own and publishes what is in it.</summary>
internal sealed class KernelEvents : IDisposable
{
    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(2);
    private readonly Lock _reading = new();
    private readonly RingBufferReader _ring;
    private readonly BpfMap<ReportKey, ReportRecord> _reports;
    private readonly ConcurrentDictionary<uint, KernelEventReader> _readers = [];
    private readonly DecisionHub _hub;
    private readonly Thread _thread;
    private volatile bool _stopping;

    public KernelEvents(KernelEngine engine, DecisionHub hub)
    {
        _ring = new RingBufferReader(engine.Events);
        _reports = engine.Reports;
        _hub = hub;
        _thread = new Thread(Run) { IsBackground = true, Name = "efw events" };
        _thread.Start();
    }

    /// <summary>Reads the events of an attachment from now on.</summary>
    public void Add(uint attachment, KernelEventReader reader) => _readers[attachment] = reader;

    /// <summary>Publishes what an attachment still has in the ring, and the repeats that no event has told, then forgets it.</summary>
    public void Remove(uint attachment)
    {
        Drain();
        if (!_readers.TryRemove(attachment, out KernelEventReader? reader))
        {
            return;
        }

        foreach ((ReportKey key, ReportRecord report) in _reports.Enumerate())
        {
            if (key.Attachment == attachment)
            {
                if (report.Pending > 0)
                {
                    Publish(reader.ReadRepeats(key, report));
                }

                _reports.Remove(key);
            }
        }
    }

    /// <summary>Ends the reading.</summary>
    public void Dispose()
    {
        _stopping = true;
        _ring.Wake();
        _thread.Join();
        Drain();
        _ring.Dispose();
    }

    private void Publish(DecisionEvent decision)
    {
        if (!AbsentServices.Knows(decision))
        {
            _hub.Publish(decision);
        }
    }

    private void Run()
    {
        while (!_stopping)
        {
            // The kernel wakes a reader that had read everything. One that waits a little is woken once for all that comes meanwhile,
            // and a program that makes many events does not pay for waking it each time.
            _ring.Wait(Timeout.InfiniteTimeSpan);
            Drain();
            Thread.Sleep(GatherTime);
        }
    }

    private void Drain()
    {
        lock (_reading)
        {
            foreach (ReadOnlySpan<byte> bytes in _ring.Read())
            {
                EventRecord record = MemoryMarshal.Read<EventRecord>(bytes);
                if (_readers.TryGetValue(record.Attachment, out KernelEventReader? reader))
                {
                    Publish(
                        record.Stage == DecisionStage.Unix && bytes.Length >= Unsafe.SizeOf<UnixEventRecord>()
                            ? reader.Read(MemoryMarshal.Read<UnixEventRecord>(bytes))
                            : reader.Read(record));
                }
            }
        }
    }
}
