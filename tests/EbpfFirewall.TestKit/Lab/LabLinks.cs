using System.Net.NetworkInformation;
using EbpfFirewall.TestKit.Commands;

namespace EbpfFirewall.TestKit.Lab;

/// <summary>Devices, addresses, routes and switches of a lab.</summary>
internal static class LabLinks
{
    private const string BpfFileSystem = "/sys/fs/bpf";

    /// <summary>
    /// Pins must outlive the private mount namespace of a command, so bpffs has to be mounted before. It stays, as the
    /// init system of most machines has it.
    /// </summary>
    internal static async Task EnsureBpfFileSystemAsync()
    {
        bool mounted = File.ReadLines("/proc/self/mountinfo").Any(line => line.Contains($" {BpfFileSystem} ", StringComparison.Ordinal));
        if (!mounted)
        {
            (await CommandRunner.RunAsync("mount", "-t", "bpf", "bpf", BpfFileSystem)).EnsureSuccess();
        }
    }

    internal static async Task ConnectAsync(NetworkNamespace client, NetworkNamespace world, PhysicalAddress clientMac)
    {
        foreach (NetworkNamespace side in new[] { client, world })
        {
            side.Run(() =>
            {
                // Duplicate address detection would hold every new IPv6 address back for a second.
                Set("ipv6/conf/all/accept_dad", "0");
                Set("ipv6/conf/default/accept_dad", "0");
                Set("ipv4/tcp_fastopen", "3");
                Set("ipv4/ping_group_range", "0 2147483647");
                return true;
            });
        }

        string mac = string.Join(':', clientMac.GetAddressBytes().Select(value => $"{value:x2}"));
        await BatchAsync(
        [
            $"link add {World.ClientDevice} address {mac} netns {client.Name} type veth peer name w0 netns {world.Name}",
        ]);
        await BatchAsync(
        [
            "link set lo up",
            $"link set {World.ClientDevice} up",
            $"addr add {World.Client.V4}/24 brd + dev {World.ClientDevice}",
            $"addr add {World.Client.V6}/64 dev {World.ClientDevice} nodad",
            $"route add default via {World.Gateway.V4}",
            $"route add default via {World.Gateway.V6}",
        ],
        client);
        await BatchAsync(
        [
            "link set lo up",
            "link set w0 up",
            $"addr add {World.LinkLocal}/64 dev w0 nodad",
            .. World.Hosts.SelectMany(host => new[]
            {
                $"addr add {host.V4}{(host.V4.StartsWith("198.51.100.", StringComparison.Ordinal) ? "/24" : "/32")} dev w0",
                $"addr add {host.V6}{(host.V6.StartsWith("2001:db8:77:", StringComparison.Ordinal) ? "/64" : "/128")} dev w0 nodad",
            }),
        ],
        world);
    }

    private static void Set(string name, string value) => File.WriteAllText($"/proc/sys/net/{name}", value);

    private static async Task BatchAsync(string[] lines, NetworkNamespace? inside = null)
    {
        Command command = new("ip", "-batch", "-") { Input = string.Join('\n', lines) + "\n" };
        CommandResult result = await CommandRunner.RunAsync(inside is null ? command : inside.Enter(command));
        result.EnsureSuccess();
    }
}
