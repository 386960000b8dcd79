namespace EbpfFirewall.Policies.Rules;

/// <summary>Which ports of which transports are spoken for already.</summary>
internal sealed class Coverage
{
    /// <summary>Port 0 cannot be connected to, so nothing is reachable through it alone.</summary>
    private static readonly PortRange Usable = new(1, ushort.MaxValue);

    private readonly PortSet _tcp = new();
    private readonly PortSet _udp = new();

    /// <summary>True when every usable port of both transports is covered.</summary>
    internal bool IsComplete => Covers(Usable, TransportProtocols.TcpAndUdp);

    internal bool Covers(PortRange ports, TransportProtocols protocols) =>
        ((protocols & TransportProtocols.Tcp) == 0 || _tcp.Covers(ports))
        && ((protocols & TransportProtocols.Udp) == 0 || _udp.Covers(ports));

    internal bool CoversUsable(PolicyTerm term) =>
        Covers(new PortRange(Math.Max(term.FirstPort, Usable.First), term.LastPort), term.Protocols);

    internal bool Covers(PolicyTerm term) => Covers(new PortRange(term.FirstPort, term.LastPort), term.Protocols);

    internal void Add(PolicyTerm term) => Add(new PortRange(term.FirstPort, term.LastPort), term.Protocols);

    internal void Add(PortRange ports, TransportProtocols protocols)
    {
        if ((protocols & TransportProtocols.Tcp) != 0)
        {
            _tcp.Add(ports);
        }

        if ((protocols & TransportProtocols.Udp) != 0)
        {
            _udp.Add(ports);
        }
    }
}
