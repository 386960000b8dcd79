namespace EbpfFirewall.Decisions;

/// <summary>How the process of a decision was found. The values are shared with <c>bpf/include/efw_abi.h</c>.</summary>
public enum Attribution : byte
{
    /// <summary>Not found: the event says so and names no process.</summary>
    Unknown = 0,

    /// <summary>The task that made the system call.</summary>
    Caller = 1,

    /// <summary>The last task that connected or sent through this socket.</summary>
    Socket = 2,

    /// <summary>The task that created the socket.</summary>
    Creator = 3,
}
