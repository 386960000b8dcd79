namespace EbpfFirewall.Cli.SelfTest.Lab;

/// <summary>What an attempt may lean on, beside the network.</summary>
/// <param name="Folder">A directory that everybody may use.</param>
/// <param name="AbstractName">Abstract unix socket of a service outside, without its leading NUL.</param>
/// <param name="BystanderProcess">A process outside of the sandbox, of the same user.</param>
/// <param name="BystanderSocket">Its descriptor of a connection to <paramref name="BystanderPeer"/>.</param>
/// <param name="BystanderPeer">A forbidden address.</param>
/// <param name="BystanderWord">Address of eight bytes of its memory.</param>
/// <param name="FirewallProcess">The process that runs the firewall.</param>
/// <param name="InheritedTcp">Descriptor that the firewall's process leaves open: an unconnected TCP socket.</param>
/// <param name="InheritedUdp">The same, UDP.</param>
/// <param name="InheritedConnection">The same, connected to <paramref name="BystanderPeer"/>.</param>
internal sealed record World(
    string Folder,
    string AbstractName,
    int BystanderProcess,
    int BystanderSocket,
    string BystanderPeer,
    long BystanderWord,
    int FirewallProcess,
    int InheritedTcp,
    int InheritedUdp,
    int InheritedConnection)
{
    /// <summary>The cgroup2 hierarchy, as mounted.</summary>
    public static string Cgroups => File.ReadLines("/proc/self/mountinfo")
        .Select(line => line.Split(" - "))
        .Where(halves => halves[1].StartsWith("cgroup2 ", StringComparison.Ordinal))
        .Select(halves => halves[0].Split(' ')[4])
        .First();

    /// <summary>Unix sockets of services outside, by the names that real ones have.</summary>
    public string Service(string name) => Path.Combine(Folder, name);
}
