using System.Runtime.InteropServices;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel;

/// <summary>Reads the event ring on a thread of its own and publishes what is in it.</summary>
internal sealed class KernelEvents : IDisposable
{
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
            _ring.Wait(Timeout.InfiniteTimeSpan);
            Drain();
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
