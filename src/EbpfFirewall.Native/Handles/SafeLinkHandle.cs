namespace EbpfFirewall.Native;

/// <summary>
/// A descriptor of a BPF link. Closing the last one of an unpinned link detaches its program, so only <c>Dispose</c> does that:
/// the finaliser leaves the descriptor open until the process ends. What the garbage collector happens to find must not
/// switch a program off.
/// </summary>
public sealed class SafeLinkHandle : SafeBpfHandle
{
    private static int _abandoned;

    internal SafeLinkHandle(int fd)
        : base(fd)
    {
    }

    /// <summary>How many handles were finalised without <c>Dispose</c>, and so left open, in this process.</summary>
    public static int AbandonedCount => Volatile.Read(ref _abandoned);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            base.Dispose(disposing: true);
        }
        else if (!IsClosed && !IsInvalid)
        {
            Interlocked.Increment(ref _abandoned);
        }
    }
}
