namespace EbpfFirewall.DatapathBench;

/// <summary>A filter with a client behind it.</summary>
/// <param name="Name">For people.</param>
/// <param name="Kind">Which filter.</param>
/// <param name="Networks">The networks that it allows.</param>
/// <param name="Client">The client.</param>
internal sealed record Scenario(string Name, FilterKind Kind, int Networks, TrafficClient Client)
{
    /// <summary>The same client behind no filter; null when it is that itself.</summary>
    internal Scenario? Unfiltered { get; init; }

    /// <summary>The cgroup of the client, when it has one of its own.</summary>
    internal string? CgroupPath { get; init; }

    /// <summary>The program, when it is not at the cgroup.</summary>
    internal uint? ProgramId { get; init; }

    /// <summary>Somebody else's program may let no connection through while its maps are empty.</summary>
    internal bool StopsTraffic { get; init; }

    /// <summary>Whether the filter lets this traffic through, or the traffic does not mind.</summary>
    internal bool CanDo(TrafficWork work) => StopsTraffic
        ? !work.NeedsAnswers
        : Kind is FilterKind.None or FilterKind.Pass or FilterKind.Foreign || Networks >= work.Destinations;
}
