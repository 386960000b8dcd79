namespace EbpfFirewall.Native;

/// <summary>A decoder of records: turns the bytes into a value of its own, since they are gone when the batch ends.</summary>
/// <typeparam name="T">What a record becomes.</typeparam>
/// <param name="record">The bytes, as the program wrote them.</param>
public delegate T RingBufferDecoder<out T>(ReadOnlySpan<byte> record);
