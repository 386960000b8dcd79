using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel;

/// <summary>
/// The deadline until which programs take this process to live (<c>efw_pulse</c>). A process that has died, is stopped or hangs does not
/// move it on.
/// </summary>
/// <remarks>One writer.</remarks>
internal sealed class Pulse : IDisposable
{
    private readonly BpfMapMemory _memory;
    private readonly KernelTicks _ticks = KernelTicks.OfHost;
    private readonly ulong _lifetimeTicks;

    /// <param name="map">The map.</param>
    /// <param name="lifetime">How long one beat lasts.</param>
    public Pulse(BpfMap map, TimeSpan lifetime)
    {
        _memory = map.MapMemory();
        _lifetimeTicks = _ticks.Of((ulong)lifetime.Ticks * TimeSpan.NanosecondsPerTick);
    }

    /// <summary>Moves the deadline on.</summary>
    /// <returns>False when it was over: since then programs took this process for dead.</returns>
    public bool Beat()
    {
        ulong now = _ticks.Now;
        ref ulong until = ref _memory.At<ulong>(0);
        bool wasAlive = until == 0 || until > now;
        Volatile.Write(ref until, now + _lifetimeTicks);
        return wasAlive;
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();
}
