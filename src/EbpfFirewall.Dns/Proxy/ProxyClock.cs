namespace EbpfFirewall.Dns.Proxy;

/// <summary>Time stamps of a <see cref="TimeProvider"/>.</summary>
internal sealed class ProxyClock(TimeProvider time)
{
    internal TimeProvider Provider => time;

    internal long Now => time.GetTimestamp();

    /// <summary>A span in the unit of the time stamps.</summary>
    internal long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    internal TimeSpan Until(long deadline)
    {
        long now = Now;
        return deadline <= now ? TimeSpan.Zero : time.GetElapsedTime(now, deadline);
    }
}
