namespace EbpfFirewall.Decisions;

/// <summary>One ancestor of the process that caused a decision.</summary>
/// <param name="ProcessId">Thread-group id in the initial pid namespace.</param>
/// <param name="StartTime">Time since boot at which it started.</param>
/// <param name="Name">The kernel's name of the task (<c>comm</c>), at most 15 bytes.</param>
public sealed record ParentProcess(int ProcessId, TimeSpan StartTime, string Name);
