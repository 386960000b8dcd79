using System.Collections.Immutable;
using System.Diagnostics;

namespace EbpfFirewall;

/// <summary>A cgroup with its own copy of the policy, its own DNS proxy and its own counters.</summary>
/// <remarks>
/// Safe for concurrent use. Disposing ends every process in it, then takes the policy away: never the other way round.
/// </remarks>
public interface ISandbox : IAsyncDisposable
{
    /// <summary>The name given to it.</summary>
    string Name { get; }

    /// <summary>Absolute path of its cgroup directory.</summary>
    string CgroupPath { get; }

    /// <summary>Counts since it was made.</summary>
    SandboxStatistics Statistics { get; }

    /// <summary>
    /// What this kernel could not keep the commands started so far from. <see cref="SandboxGaps.None"/> before the first one.
    /// </summary>
    SandboxGaps Gaps { get; }

    /// <summary>
    /// Paths of rules for one program (<c>exe=</c>) that lead to no program now: such a rule matches nothing until they do. They are looked
    /// at when a policy is applied, when a command is started, and once a second while something is decided in the sandbox.
    /// </summary>
    ImmutableArray<string> MissingExecutables { get; }

    /// <summary>
    /// What was tried and sent, by rule and by reason, as the kernel counts it. Reading it stops nobody; it takes a system call a rule.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The sandbox has been disposed.</exception>
    SandboxTraffic ReadTraffic();

    /// <summary>
    /// How much of each limit of the policy in force is used; for limits of each process, one entry for every process that has used any.
    /// Reading it stops nobody.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The sandbox has been disposed.</exception>
    IReadOnlyList<LimitUse> ReadLimits();

    /// <summary>
    /// Starts a command in the sandbox. The policy is in force before its first instruction, and it ends when the calling
    /// process ends. Commands that are started one by one share policy and cgroup, but (Linux 6.12 and later) cannot trace or signal each
    /// other, nor meet at abstract unix sockets: what is to do that is started by one of them.
    /// </summary>
    /// <param name="startInfo">
    /// The command. Arguments, environment, working directory and redirected streams are kept as they are; a program without a
    /// slash is looked up in the PATH of that environment. <see cref="ProcessStartInfo.UseShellExecute"/> must be false.
    /// </param>
    /// <returns>The process: its id is the command's. The caller disposes it.</returns>
    /// <exception cref="EgressFirewallException">
    /// The command could not be started (<see cref="SandboxStartException"/> says why), or the sandbox is gone.
    /// </exception>
    Process Start(ProcessStartInfo startInfo);

    /// <summary>Starts a command and waits for its end. Cancelling ends every process of the sandbox.</summary>
    /// <param name="startInfo">
    /// The command, as for <see cref="Start"/>, but without redirected streams: nobody could reach them, and a full pipe would stop the command.
    /// </param>
    /// <param name="cancellationToken">Ends every process of the sandbox.</param>
    /// <returns>The exit code; 128 + n when signal n ended it.</returns>
    /// <exception cref="ArgumentException">A stream is redirected: use <see cref="Start"/>.</exception>
    /// <exception cref="EgressFirewallException">As for <see cref="Start"/>.</exception>
    Task<int> RunAsync(ProcessStartInfo startInfo, CancellationToken cancellationToken = default);
}
