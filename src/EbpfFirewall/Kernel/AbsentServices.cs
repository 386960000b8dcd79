using EbpfFirewall.Decisions;

namespace EbpfFirewall.Kernel;

/// <summary>
/// Services that programs ask for on every host and find on few: the C library tries nscd before each look-up of a name. The kernel side
/// refuses before it is known whether anything is there; what is not there was not refused.
/// </summary>
internal static class AbsentServices
{
    // Where services have their sockets. Nothing is mounted there that a look could wait for, unlike at paths of a program's choice.
    private static readonly string[] Folders = ["/run/", "/var/run/"];

    /// <summary>Whether a denial is of a unix socket that does not exist.</summary>
    public static bool Knows(DecisionEvent decision) =>
        decision is { Verdict: Verdict.Deny, Reason: DecisionReason.ForeignUnix, UnixSocket: { } path }
        && Array.Exists(Folders, folder => path.StartsWith(folder, StringComparison.Ordinal))
        && !Path.Exists(path);
}
