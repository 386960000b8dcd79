namespace EbpfFirewall.Dns.Tests.Support;

/// <summary>The system's clock, set forward at will. Timers run in real time.</summary>
internal sealed class ShiftedTimeProvider : TimeProvider
{
    private long _shift;

    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _shift);

    internal void Advance(TimeSpan by) => Interlocked.Add(ref _shift, (long)(by.TotalSeconds * TimestampFrequency));
}
