namespace EbpfFirewall.Dns.Proxy;

/// <summary>Room for the longest message, one for each thread: a reply is built and handed over without a pause in between.</summary>
internal static class ReplyBuffer
{
    [ThreadStatic]
    private static byte[]? _buffer;

    internal static byte[] OfThisThread => _buffer ??= new byte[ushort.MaxValue];
}
