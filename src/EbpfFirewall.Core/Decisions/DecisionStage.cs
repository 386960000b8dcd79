namespace EbpfFirewall.Decisions;

/// <summary>Where a decision fell. The values below 16 and that of unix sockets are shared with <c>bpf/include/efw_abi.h</c>.</summary>
public enum DecisionStage : byte
{
    /// <summary>At <c>connect(2)</c>, or at an unconnected datagram's <c>sendmsg(2)</c>: the caller got EPERM at once.</summary>
    Connect = 1,

    /// <summary>At a packet on its way out.</summary>
    Packet = 2,

    /// <summary>At <c>socket(2)</c>: a family, type or protocol that is not allowed.</summary>
    Socket = 3,

    /// <summary>At the DNS proxy.</summary>
    Dns = 16,

    /// <summary>At the server name of a TLS hello.</summary>
    Tls = 17,

    /// <summary>At an HTTP request.</summary>
    Http = 18,

    /// <summary>At a unix socket.</summary>
    Unix = 19,

    /// <summary>At a system call that no sandbox may make, whatever its policy says.</summary>
    SystemCall = 20,
}
