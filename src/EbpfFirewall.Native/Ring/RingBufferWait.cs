namespace EbpfFirewall.Native;

/// <summary>Why <see cref="RingBufferReader.Wait"/> returned.</summary>
public enum RingBufferWait
{
    /// <summary>The time is up.</summary>
    TimedOut,

    /// <summary>There are records to read.</summary>
    Data,

    /// <summary><see cref="RingBufferReader.Wake"/> was called.</summary>
    Woken,

    /// <summary>The reader is disposed.</summary>
    Disposed,
}
