namespace EbpfFirewall.Native;

/// <summary>Where a walk by <see cref="BpfMap.ReadBatch"/> stands. Opaque: its meaning is the kernel's.</summary>
/// <remarks>Not safe for concurrent use; one owner.</remarks>
public sealed class BpfBatchCursor
{
    /// <summary>True once everything has been read.</summary>
    public bool IsAtEnd { get; internal set; }

    internal bool IsAtStart { get; set; } = true;

    internal byte[] Bytes { get; private set; } = [];

    internal void Prepare(int size)
    {
        if (Bytes.Length < size)
        {
            Bytes = new byte[size];
        }
    }
}
