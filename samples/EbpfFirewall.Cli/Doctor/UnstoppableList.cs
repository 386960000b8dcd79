namespace EbpfFirewall.Cli.Doctor;

/// <summary>What no host can stop with this firewall; THREAT_MODEL.md has the whole list, with what can be done about it.</summary>
internal static class UnstoppableList
{
    public static IReadOnlyList<Finding> All { get; } =
    [
        Of("root outside", "who is root outside of every sandbox can remove programs and policies"),
        Of("kept privileges", "what --privileged keeps is kept: packet sockets with net_raw, tunnels and routes with net_admin, everything with sys_admin"),
        Of("files", "a program writes what its user may write, and another one may run it or send it elsewhere"),
        Of("allowed destinations", "who may be reached is told what the program likes: choose destinations that do not pass it on"),
        Of("allowed names", "queries below an allowed name reach its name servers, with what stands in them"),
    ];

    private static Finding Of(string subject, string detail) => new(subject, FindingState.NotStopped, detail);
}
