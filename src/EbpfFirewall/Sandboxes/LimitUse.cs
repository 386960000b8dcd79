using EbpfFirewall.Policies;

namespace EbpfFirewall;

/// <summary>How much of a limit is used.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="Used">What counts now: within the interval, or in total.</param>
/// <param name="ProcessId">For a limit of each process, the process; else 0.</param>
public readonly record struct LimitUse(PolicyLimit Limit, long Used, int ProcessId);
