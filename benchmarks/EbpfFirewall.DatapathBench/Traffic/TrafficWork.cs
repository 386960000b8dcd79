using System.Globalization;

namespace EbpfFirewall.DatapathBench;

/// <summary>A kind of traffic.</summary>
/// <param name="Title">For people.</param>
/// <param name="Command">For traffic.c, without the length of the burst.</param>
/// <param name="Most">The ratio to no filter that ours should not exceed.</param>
/// <param name="Destinations">How many addresses it goes to; a filter must allow them all. 0: only the server's.</param>
/// <param name="NeedsAnswers">Whether it cannot be done when packets do not arrive.</param>
/// <param name="PerRow">Operations that the row counts as one.</param>
internal sealed record TrafficWork(string Title, string Command, double Most, int Destinations, bool NeedsAnswers, int PerRow = 1)
{
    internal static TrafficWork RequestResponse { get; } = new("TCP, a request and its response", "rr", 1.03, 0, NeedsAnswers: true);

    internal static TrafficWork Connect { get; } = new("TCP, connect, accept and close", "connect", 1.05, 0, NeedsAnswers: true);

    internal static TrafficWork Stream { get; } = new("TCP, a stream's 64 KiB", "stream", 1.03, 0, NeedsAnswers: true, PerRow: 65_536);

    /// <summary>No hook but that of packets sees it.</summary>
    internal static TrafficWork ConnectedDatagram { get; } = new(
        "UDP, a datagram on a connected socket", "send", 1.10, 0, NeedsAnswers: false);

    internal static TrafficWork Datagram { get; } = new("UDP, a datagram to one address", "udp 0", 1.10, 0, NeedsAnswers: false);

    /// <summary>Datagrams to addresses in no order, each in a network of its own.</summary>
    internal static TrafficWork DatagramsTo(int destinations) => new(
        string.Create(CultureInfo.InvariantCulture, $"UDP, a datagram to one of {destinations:N0} addresses"),
        string.Create(CultureInfo.InvariantCulture, $"udp {destinations}"),
        destinations > 1_000 ? 1.15 : 1.10,
        destinations,
        NeedsAnswers: false);
}
