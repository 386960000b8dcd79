using System.Runtime.InteropServices;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel;

/// <summary>Reads the event ring on a thread of its own and publishes what is in it.</summary>
internal sealed class KernelEvents : IDisposable
{
    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(2);
    private readonly RingBufferReader _ring;
    private readonly BpfMap<ReportKey, ReportRecord> _reports;
    private readonly KernelEventReader _reader;
    private readonly DecisionHub _hub;
    private readonly Thread _thread;
    private volatile bool _stopping;

    public KernelEvents(KernelAttachment attachment, KernelEventReader reader, DecisionHub hub, string sandbox)
    {
        _ring = new RingBufferReader(attachment.Events);
        _reports = attachment.Reports;
        _reader = reader;
        _hub = hub;
        _thread = new Thread(Run) { IsBackground = true, Name = $"efw events {sandbox}" };
        _thread.Start();
    }

    /// <summary>Publishes what is still in the ring and the repeats that no event has told, then ends.</summary>
    public void Dispose()
    {
        _stopping = true;
        _ring.Wake();
        _thread.Join();
        Drain();
        PublishRepeats();
        _ring.Dispose();
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
        foreach (ReadOnlySpan<byte> record in _ring.Read())
        {
            _hub.Publish(_reader.Read(MemoryMarshal.Read<EventRecord>(record)));
        }
    }

    private void PublishRepeats()
    {
        foreach ((ReportKey key, ReportRecord report) in _reports.Enumerate())
        {
            if (report.Pending > 0)
            {
                _hub.Publish(_reader.ReadRepeats(key, report));
            }
        }
    }
}
