using System.Net;
using EbpfFirewall.Integration.Tests.Infrastructure;
using EbpfFirewall.TestKit.Servers;

namespace EbpfFirewall.Integration.Tests.Reaching;

/// <summary>Loopback is a zone: the sandbox's own listeners, and everybody else's.</summary>
[Collection(LabCollection.Name)]
public sealed class LoopbackTests(LabFixture lab)
{
    [KernelTheory]
    [InlineData("tcp", AddressKind.IPv4, "127.0.0.1", "127.0.0.1")]
    [InlineData("tcp", AddressKind.IPv4, "0.0.0.0", "127.0.0.1")]
    [InlineData("tcp", AddressKind.IPv4, "127.0.0.5", "127.0.0.5")]
    [InlineData("tcp", AddressKind.IPv6, "::1", "::1")]
    [InlineData("tcp", AddressKind.IPv6, "::", "::1")]
    [InlineData("tcp", AddressKind.Mapped, "127.0.0.1", "127.0.0.1")]
    [InlineData("udp", AddressKind.IPv4, "127.0.0.1", "127.0.0.1")]
    [InlineData("udp", AddressKind.IPv4, "0.0.0.0", "127.0.0.1")]
    [InlineData("udp", AddressKind.IPv6, "::1", "::1")]
    [InlineData("udp", AddressKind.Mapped, "127.0.0.1", "127.0.0.1")]
    public async Task A_listener_of_the_same_sandbox_is_reached(string protocol, AddressKind kind, string listen, string connect)
    {
        ProbeReport report = await lab.ProbeAsync(Rules.AllowedName, kind, "own-listener", protocol, listen, connect);

        report.ShouldReach();
    }

    [KernelTheory]
    [InlineData("allow", AddressKind.IPv4, "127.0.0.1")]
    [InlineData("allow", AddressKind.IPv4, "127.0.0.2")]
    [InlineData("allow", AddressKind.IPv4, "0.0.0.0")]
    [InlineData("allow", AddressKind.IPv4, "198.51.100.2")]
    [InlineData("allow", AddressKind.IPv6, "::1")]
    [InlineData("allow", AddressKind.IPv6, "::")]
    [InlineData("allow", AddressKind.IPv6, "2001:db8:77::2")]
    [InlineData("allow", AddressKind.Mapped, "127.0.0.1")]
    [InlineData("deny", AddressKind.IPv4, "127.0.0.1")]
    [InlineData("deny", AddressKind.IPv6, "::1")]
    [InlineData("deny", AddressKind.Mapped, "127.0.0.1")]
    public async Task A_listener_of_somebody_else_is_not_reached(string list, AddressKind kind, string address)
    {
        await using EchoServers listeners = ListenEverywhere();
        IPEndPoint[] at = listeners.LocalEndPoints;
        string tcp = $"{at[kind == AddressKind.IPv6 ? 1 : 0].Port}";
        string udp = $"{at[kind == AddressKind.IPv6 ? 3 : 2].Port}";

        ProbeReport[] reports = await lab.ProbeAsync(
            list == "allow" ? Rules.AllowedName : Rules.DenyElsewhere,
            kind,
            [["tcp", address, tcp], ["udp-sendto", address, udp], ["udp-connect", address, udp]]);

        foreach (ProbeReport report in reports)
        {
            report.ShouldBeDenied();
        }

        listeners.Since(0).Should().BeEmpty();
    }

    [KernelTheory]
    [InlineData(AddressKind.IPv4, "127.0.0.1")]
    [InlineData(AddressKind.IPv6, "::1")]
    [InlineData(AddressKind.Mapped, "127.0.0.1")]
    public async Task A_loopback_rule_opens_its_port_alone(AddressKind kind, string address)
    {
        await using EchoServers listeners = ListenEverywhere();
        await using EchoServers others = ListenEverywhere();
        int index = kind == AddressKind.IPv6 ? 1 : 0;
        int port = listeners.LocalEndPoints[index].Port;

        ProbeReport[] reports = await lab.ProbeAsync(
            Rules.Allow($"loopback:{port}"),
            kind,
            [["tcp", address, $"{port}"], ["tcp", address, $"{others.LocalEndPoints[index].Port}"]]);

        reports[0].ShouldReach();
        reports[1].ShouldBeDenied();
        others.Since(0).Should().BeEmpty();
    }

    [KernelTheory]
    [InlineData(AddressKind.IPv4, "127.0.0.1")]
    [InlineData(AddressKind.IPv6, "::1")]
    [InlineData(AddressKind.Mapped, "127.0.0.1")]
    public async Task An_address_rule_opens_a_loopback_address(AddressKind kind, string address)
    {
        await using EchoServers listeners = ListenEverywhere();
        int port = listeners.LocalEndPoints[kind == AddressKind.IPv6 ? 1 : 0].Port;

        ProbeReport report = await lab.ProbeAsync(Rules.Allow(address), kind, "tcp", address, $"{port}");

        report.ShouldReach();
    }

    [KernelFact]
    public async Task The_listener_of_another_sandbox_is_somebody_elses()
    {
        await using FirewalledCommand other = lab.Start(
            Rules.AllowedName,
            new Command("python3", "-c", """
                import socket, time
                s = socket.create_server(("127.0.0.1", 0))
                print("port", s.getsockname()[1], flush=True)
                while True:
                    s.accept()[0].sendall(b"reached")
                """));
        string port = (await other.Command.WaitForOutputAsync(@"port (\d+)")).Groups[1].Value;

        ProbeReport report = await lab.ProbeAsync(Rules.AllowedName, AddressKind.IPv4, "tcp", "127.0.0.1", port);

        report.ShouldBeDenied();
    }

    private EchoServers ListenEverywhere() => lab.Network.StartLocalListeners(IPAddress.Any, IPAddress.IPv6Any);
}
