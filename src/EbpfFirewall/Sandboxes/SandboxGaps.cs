namespace EbpfFirewall;

/// <summary>What a kernel cannot keep the commands of a sandbox from. Newer kernels have none of these gaps.</summary>
[Flags]
public enum SandboxGaps
{
    /// <summary>Everything is enforced.</summary>
    None = 0,

    /// <summary>
    /// Reading and changing the memory of processes outside that have the same user. Below Linux 5.19, or without Landlock;
    /// the Yama module with <c>kernel.yama.ptrace_scope=1</c> closes it as well.
    /// </summary>
    TracingOutside = 1,

    /// <summary>Sending signals to processes outside that have the same user. Below Linux 6.12, or without Landlock.</summary>
    SignallingOutside = 2,

    /// <summary>Connecting to abstract unix sockets that were bound outside. Below Linux 6.12, or without Landlock.</summary>
    AbstractUnixOutside = 4,

    /// <summary>
    /// Telling of system calls that are denied: they are denied without an event. Where processes may not be inspected (CAP_SYS_PTRACE,
    /// <c>kernel.yama.ptrace_scope=3</c>), and in a sandbox within a sandbox.
    /// </summary>
    SystemCallEvents = 8,

    /// <summary>Connecting to unix sockets with a path that services outside have made; rules about unix sockets do nothing. Below Linux 6.7.</summary>
    UnixSockets = 16,
}
