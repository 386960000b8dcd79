using EbpfFirewall.TestKit.Servers;

namespace EbpfFirewall.Integration.Tests.Infrastructure;

/// <summary>What has happened on the wire since the watch began.</summary>
/// <param name="network">The lab.</param>
/// <param name="packetMark">Packets before the watch.</param>
/// <param name="sinkMark">Sink records before the watch.</param>
public sealed class Watch(LabNetwork network, int packetMark, int sinkMark)
{
    /// <summary>Fails when any packet was sent to the host, or any server on it saw a byte or a connection.</summary>
    public async Task ShouldHaveSeenNothingAtAsync(LabHost host, object? context = null)
    {
        RecordedPacket[] packets = await PacketsToAsync(host);
        packets.Should().BeEmpty("nothing may leave for the {0} host\n{1}", host.Name, context);
        network.Sinks.Since(sinkMark, host).Should().BeEmpty("nothing may arrive at the {0} host\n{1}", host.Name, context);
    }

    /// <summary>Packets sent to a host since the watch began.</summary>
    public Task<RecordedPacket[]> PacketsToAsync(LabHost host) => network.Packets.SinceAsync(packetMark, host);

    /// <summary>Packets since the watch began that satisfy a condition.</summary>
    public Task<RecordedPacket[]> PacketsAsync(Func<RecordedPacket, bool> filter) => network.Packets.SinceAsync(packetMark, filter);

    /// <summary>What arrived at a host since the watch began.</summary>
    public SinkRecord[] ArrivedAt(LabHost host) => network.Sinks.Since(sinkMark, host);
}
