using Microsoft.Extensions.Logging;

namespace EbpfFirewall;

/// <summary>Every log message of this package. Ids: 1000 decisions, 1100 lifetime, 1900 losses.</summary>
internal static partial class FirewallLog
{
    [LoggerMessage(1000, LogLevel.Error, "A decision callback threw; the decision stands and the other listeners were told.")]
    public static partial void CallbackFailed(ILogger logger, Exception error);

    [LoggerMessage(1100, LogLevel.Debug, "Sandbox {Sandbox} is up: cgroup {CgroupPath}.")]
    public static partial void SandboxStarted(ILogger logger, string sandbox, string cgroupPath);

    [LoggerMessage(1101, LogLevel.Debug, "Sandbox {Sandbox} is gone.")]
    public static partial void SandboxStopped(ILogger logger, string sandbox);

    [LoggerMessage(1102, LogLevel.Error, "Sandbox {Sandbox} still has processes that cannot be ended; its policy stays in force. Run `efw cleanup` later.")]
    public static partial void SandboxNotEmpty(ILogger logger, string sandbox);

    [LoggerMessage(1103, LogLevel.Information, "Removed {Sandbox}, which a dead process had left.")]
    public static partial void LeftoverRemoved(ILogger logger, string sandbox);

    [LoggerMessage(1104, LogLevel.Warning, "{Sandbox}, which a dead process has left, could not be removed: {Reason}")]
    public static partial void LeftoverStays(ILogger logger, string sandbox, string reason);

    [LoggerMessage(1105, LogLevel.Error, "Housekeeping failed; it is tried again.")]
    public static partial void HousekeepingFailed(ILogger logger, Exception error);

    [LoggerMessage(1106, LogLevel.Information, "Policy revision {Revision} is in force in {Sandboxes} sandboxes.")]
    public static partial void PolicyApplied(ILogger logger, long revision, int sandboxes);

    [LoggerMessage(1107, LogLevel.Error, "Sandbox {Sandbox} keeps the policy it had: the new one was refused.")]
    public static partial void PolicyNotApplied(ILogger logger, Exception error, string sandbox);

    [LoggerMessage(1108, LogLevel.Information, "Sandbox {Sandbox}: ended {Count} connections that the policy does not allow any more.")]
    public static partial void FlowsEnded(ILogger logger, string sandbox, int count);

    [LoggerMessage(1109, LogLevel.Warning, "Connections that the policy does not allow any more are cut off, but their programs are not told: {Reason}")]
    public static partial void FlowsNotEnded(ILogger logger, string reason);

    [LoggerMessage(1110, LogLevel.Warning, "Sandbox {Sandbox} keeps {Privilege}, which opens {Opens}.")]
    public static partial void PrivilegeKept(ILogger logger, string sandbox, string privilege, string opens);

    [LoggerMessage(1111, LogLevel.Warning, "Sandbox {Sandbox}: not enforced on this kernel: {Gaps}.")]
    public static partial void NotEnforced(ILogger logger, string sandbox, SandboxGaps gaps);

    [LoggerMessage(1114, LogLevel.Error, "The host's addresses have changed, and the policy does not know the new ones yet.")]
    public static partial void AddressesNotFollowed(ILogger logger, Exception error);

    [LoggerMessage(1130, LogLevel.Warning, "Sandbox {Sandbox}: no process is the program {Path} of a rule: {Problem}. The rule matches nothing until that changes.")]
    public static partial void ExecutableMissing(ILogger logger, string sandbox, string path, string problem);

    [LoggerMessage(1131, LogLevel.Information, "Sandbox {Sandbox}: the program {Path} of a rule is there now.")]
    public static partial void ExecutableFound(ILogger logger, string sandbox, string path);

    [LoggerMessage(1132, LogLevel.Error, "Sandbox {Sandbox}: the programs of rules could not be looked at again; those that were known stay.")]
    public static partial void ExecutablesNotRefreshed(ILogger logger, Exception error, string sandbox);

    [LoggerMessage(1112, LogLevel.Warning, "Fail mode is Open: when this process does not answer for {Watchdog}, sandboxes may reach what no rule names.")]
    public static partial void FailsOpen(ILogger logger, TimeSpan watchdog);

    [LoggerMessage(1113, LogLevel.Warning, "This process gave no sign of life for more than {Watchdog}; sandboxes went by fail mode {FailMode}. Decided without it so far: {Count} calls and packets.")]
    public static partial void WasUnattended(ILogger logger, TimeSpan watchdog, FailMode failMode, long count);

    [LoggerMessage(1900, LogLevel.Warning, "Sandbox {Sandbox}: {Count} events were lost because the event ring was full. Every verdict stood.")]
    public static partial void EventsDropped(ILogger logger, string sandbox, long count);

    [LoggerMessage(1901, LogLevel.Warning, "Sandbox {Sandbox}: a table was full and {Count} calls were denied for it.")]
    public static partial void TableFull(ILogger logger, string sandbox, long count);
}
