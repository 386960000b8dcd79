namespace EbpfFirewall.Policies;

/// <summary>The transports that a rule speaks of. The bits are shared with <c>bpf/include/efw_policy.h</c>.</summary>
[Flags]
public enum TransportProtocols : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>TCP, MPTCP included.</summary>
    Tcp = 1,

    /// <summary>UDP.</summary>
    Udp = 2,

    /// <summary>What a rule without a protocol means.</summary>
    TcpAndUdp = Tcp | Udp,
}
