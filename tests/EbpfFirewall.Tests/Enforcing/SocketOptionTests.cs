using System.Diagnostics;
using EbpfFirewall.Decisions;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Enforcing;

/// <summary>Options that would take packets past the rules are refused, each by name; those that programs live by are not.</summary>
public sealed class SocketOptionTests
{
    private const string Set =
        "import socket,sys,errno\n"
        + "for a in sys.argv[1:]:\n"
        + " f,t,l,n,v=a.split(); s=socket.socket(int(f),int(t))\n"
        + " try:\n  s.setsockopt(int(l),int(n),bytes.fromhex(v) if v!='-' else b''); print('ok')\n"
        + " except OSError as e: print(errno.errorcode[e.errno])";

    /// <summary>Family, type, level, number, value.</summary>
    [KernelTheory]
    [InlineData("2 1 0 4 830703cb007107", "IP_OPTIONS")]
    [InlineData("2 2 0 19 01000000", "IP_TRANSPARENT")]
    [InlineData("2 2 0 35 e00000fb00000000", "IP_ADD_MEMBERSHIP")]
    [InlineData("2 2 0 39 e00000fb00000000cb007107", "IP_ADD_SOURCE_MEMBERSHIP")]
    [InlineData("2 2 0 42 00", "MCAST_JOIN_GROUP")]
    [InlineData("2 2 1 25 6c6f", "SO_BINDTODEVICE")]
    [InlineData("2 2 1 36 01000000", "SO_MARK")]
    [InlineData("2 2 1 36 01", "SO_MARK")]
    [InlineData("2 2 1 62 01000000", "SO_BINDTOIFINDEX")]
    [InlineData("2 1 6 19 01000000", "TCP_REPAIR")]
    [InlineData("2 1 6 31 736d63", "TCP_ULP")]
    [InlineData("2 1 6 31 657370696e746370", "TCP_ULP")]
    [InlineData("2 2 17 100 02000000", "UDP_ENCAP")]
    [InlineData("10 2 41 6 00", "IPV6_2292PKTOPTIONS")]
    [InlineData("10 2 41 20 ff0200000000000000000000000000fb00000000", "IPV6_ADD_MEMBERSHIP")]
    [InlineData("10 2 41 54 0000010400000000", "IPV6_HOPOPTS")]
    [InlineData("10 2 41 55 0000010400000000", "IPV6_RTHDRDSTOPTS")]
    [InlineData("10 1 41 57 0002000100000000", "IPV6_RTHDR")]
    [InlineData("10 2 41 59 0000010400000000", "IPV6_DSTOPTS")]
    [InlineData("10 2 41 75 01000000", "IPV6_TRANSPARENT")]
    public async Task An_option_that_leads_past_the_rules_is_refused_by_name(string option, string name)
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow("0.0.0.0/0", "::/0"));

        (await SetAsync(lab, option)).Should().Equal("EPERM");

        DecisionEvent decision = (await lab.EndAsync()).Should().ContainSingle().Subject;
        (decision.Reason, decision.SocketOption).Should().Be((DecisionReason.SocketOption, name));
        decision.Process.CommandLine.Should().Contain("python3");
        DecisionExplanation.Of(decision).Should().Contain(name);
    }

    [KernelFact]
    public async Task Options_that_programs_live_by_are_left_alone()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.Deny("192.0.2.1"));

        string[] options =
        [
            "2 1 6 1 01000000", "2 1 1 9 01000000", "2 1 6 4 0a000000", "2 1 1 2 01000000", "2 1 1 15 01000000", "2 1 1 7 00000100", "2 1 1 8 00000100",
            "2 1 6 30 01000000", "2 1 6 23 05000000", "2 1 0 1 10000000", "2 1 0 2 40000000", "2 2 0 8 01000000", "2 2 0 10 02000000", "2 2 0 24 01000000",
            "2 2 17 103 b0040000", "10 1 41 26 01000000", "10 2 41 49 01000000", "10 2 41 67 20000000", "2 1 1 13 0100000005000000", "2 2 1 25 00", "2 1 0 4 -",
        ];

        string[] results = await SetAsync(lab, options);

        options.Zip(results).Where(option => option.Second != "ok").Should().BeEmpty();
        (await lab.EndAsync()).Should().BeEmpty();
    }

    [KernelFact]
    public async Task A_group_that_a_rule_names_may_be_joined()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow("udp://224.0.0.251:5353"));

        string[] results = await SetAsync(lab, "2 2 0 35 e00000fb7f000001", "2 2 0 35 e00000fc7f000001");

        results.Should().Equal("ok", "EPERM");
    }

    private static async Task<string[]> SetAsync(Lab lab, params string[] options)
    {
        Output output = await Output.OfAsync(lab.Sandbox, new ProcessStartInfo("/usr/bin/python3", ["-ISc", Set, .. options]));
        output.Error.Should().BeEmpty();
        return output.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
