using System.Diagnostics;
using EbpfFirewall.Decisions;
using EbpfFirewall.Kernel;
using EbpfFirewall.TestKit;
using EbpfFirewall.TestKit.Commands;
using EbpfFirewall.Tests.Support;
using static EbpfFirewall.Tests.Interfaces.InterfaceLab;

namespace EbpfFirewall.Tests.Interfaces;

/// <summary>How a target gets its addresses, and a machine of its own as the target.</summary>
public sealed class LinkTests
{
    [KernelTheory]
    [InlineData(LinkControl.All, true)]
    [InlineData(LinkControl.Arp | LinkControl.NeighbourDiscovery, false)]
    public async Task A_target_gets_an_address_by_DHCP_where_that_is_let_through(object control, bool expected)
    {
        await using InterfaceLab lab = await StartAsync(policy => policy.Allow(Host4), control: (LinkControl)control, hasGuestAddresses: false);
        using AddressServer server = await AddressServer.StartAsync(lab, HostEnd);

        ProcessStartInfo client = new("busybox", ["udhcpc", "-i", GuestEnd, "-n", "-q", "-t", expected ? "20" : "3", "-T", "1", "-s", "/bin/true"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process process = lab.Start(client);
        string output = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        (process.ExitCode == 0).Should().Be(expected, output);
        if (expected)
        {
            output.Should().Contain("lease of 10.77.0.1");
        }
    }

    [KernelFact]
    public async Task A_target_makes_itself_an_address_out_of_a_routers_advertisement()
    {
        await using InterfaceLab lab = await StartAsync(policy => policy.Allow(Host6), hasGuestAddresses: false);
        using AddressServer server = await AddressServer.StartAsync(lab, HostEnd);
        using Peer open = lab.Listen(Host6);

        SpinWait.SpinUntil(() => Addresses().Contains("fd00:77:", StringComparison.Ordinal), TimeSpan.FromSeconds(30)).Should().BeTrue(Addresses());

        lab.Take($"try 6 {Host6} {open.Port}").Should().Equal("ok");

        string Addresses() =>
            CommandRunner.RunAsync(new Command("ip", "-n", lab.Guest.Name, "-6", "addr", "show", GuestEnd, "scope", "global", "-tentative")).Result.Output;
    }

    [GuestFact]
    public async Task A_virtual_machine_behind_a_tap_reaches_what_its_policy_allows_and_nothing_else()
    {
        await using InterfaceLab lab = await StartTapAsync(policy => policy.Allow(Host4).Allow(Host6));
        using AddressServer server = await AddressServer.StartAsync(lab, Tap);
        using Peer open4 = lab.Listen(Host4);
        using Peer open6 = lab.Listen(Host6);
        using Peer shut = lab.Listen(Host4Other);
        using VirtualMachine machine = VirtualMachine.Start(
            lab,
            Tap,
            $"""
             udhcpc -i eth0 -n -q -t 20 -T 1 -s /configure > /dev/null 2>&1; say dhcp $?
             nc -w 5 {Host4} {open4.Port} -e /bin/true; say allowed4 $?
             nc -w 3 {Host4Other} {shut.Port} -e /bin/true; say denied4 $?
             for i in 1 2 3 4 5 6 7 8 9 10; do ip -6 addr show eth0 scope global -tentative | grep -q fd00 && break; sleep 1; done
             nc -w 5 {Host6} {open6.Port} -e /bin/true; say allowed6 $?
             ip link add link eth0 name eth0.7 type vlan id 7 && ip addr add 10.78.0.2/24 dev eth0.7 && ip link set eth0.7 up; say vlan $?
             nc -w 2 10.78.0.1 {open4.Port} -e /bin/true; say tagged $?
             say ready to be called
             timeout 15 nc -l -p 7 -e /bin/true && say somebody called || say nobody called
             """);

        await machine.WaitForAsync("ready to be called");
        TakeIn(lab.Host, "try 4 10.77.0.100 7").Should().Equal("timeout");
        await machine.WaitForAsync("nobody called");

        machine.Said.Should().Contain(["dhcp 0", "allowed4 0", "denied4 1", "allowed6 0", "vlan 0", "tagged 1", "nobody called"]);
        shut.HasConnection.Should().BeFalse();
        lab.End().Where(decision => !decision.IsRepeat).Select(decision => (decision.Reason, $"{decision.Destination}"))
            .Should().Contain((DecisionReason.NotInAllowList, $"{Host4Other}:{shut.Port}"))
            .And.Contain(decision => decision.Reason == DecisionReason.Inbound)
            .And.Contain(decision => decision.Reason == DecisionReason.FrameType);
    }
}
