namespace EbpfFirewall.DatapathBench;

/// <summary>A part of the bench.</summary>
/// <param name="Name">As it is asked for.</param>
/// <param name="Title">Its heading in the report.</param>
/// <param name="Method">How it is measured.</param>
/// <param name="NeedsNetwork">Whether it runs in a network namespace of its own.</param>
internal sealed record Section(string Name, string Title, string Method, bool NeedsNetwork)
{
    internal static readonly Section Micro = new(
        "micro",
        "Look-ups",
        "Test runs of programs that differ in the look-up alone; what the same program takes without one is subtracted. In real "
        + "time on one CPU. The hash knows the addresses that are asked for, not networks.",
        NeedsNetwork: false);

    internal static readonly Section InSitu = new(
        "insitu",
        "In place",
        "Nanoseconds a run of the program at `cgroup_skb/egress` by the kernel's statistics, under real traffic between two "
        + "network namespaces, less those of a program that only returns 1 in the same round.",
        NeedsNetwork: true);

    internal static readonly Section EndToEnd = new(
        "e2e",
        "End to end",
        "Time an operation takes between two network namespaces joined by a veth pair: client, server and the wire on one CPU "
        + "in real time, in bursts with pauses, the filters in another order each round. Each filter has a client of its own, "
        + "so nothing is attached or detached in between. Ours are sandboxes of the product; \"no filter\" is a sandbox whose "
        + "policy is disabled. nftables and ipset have a network of their own, and \"no filter\" there is a client outside of "
        + "any sandbox. An address outside the policy is tried first: a filter that lets it through is not measured.",
        NeedsNetwork: true);

    internal static readonly Section Events = new(
        "events",
        "Events",
        "A ring buffer filled by test runs as fast as the kernel goes, with the size and the wake-ups of the firewall's "
        + "events, and read as the firewall reads it: asleep until there is one, then every two milliseconds. Both sides must "
        + "come to the same sum.",
        NeedsNetwork: false);

    internal static readonly Section Load = new(
        "load",
        "Load and memory",
        "Sorted networks in memory to a policy in force. ipset's time includes reading its text. The trie's memory is what "
        + "the kernel's small objects have grown by, since what the kernel reports for the map is too little. A policy is "
        + "replaced through the public API, with one sandbox alive.",
        NeedsNetwork: true);

    internal static readonly Section Attach = new(
        "attach",
        "Sandboxes",
        "Sandboxes made, kept and ended through the public API: cgroup, DNS proxy, programs, pins and policy of 1,000 "
        + "networks. Their cost to a packet is measured in the first of them, alone and with all the others there.",
        NeedsNetwork: true);

    internal static readonly IReadOnlyList<Section> All = [Micro, InSitu, EndToEnd, Events, Load, Attach];
}
