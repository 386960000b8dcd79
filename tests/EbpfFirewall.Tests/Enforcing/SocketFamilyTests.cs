using System.Diagnostics;
using System.Globalization;
using EbpfFirewall.Decisions;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Enforcing;

/// <summary>socket(2) for every family that could carry something out, called as the kernel has it, as root and as somebody else.</summary>
public sealed class SocketFamilyTests
{
    private const string Make =
        "import ctypes,os,sys,errno\nlibc=ctypes.CDLL(None,use_errno=True)\n"
        + "for a in sys.argv[1:]:\n f=libc.syscall(ctypes.c_long(NUMBER),*[ctypes.c_long(int(x)) for x in a.split()])\n"
        + " print('ok' if f>=0 else errno.errorcode[ctypes.get_errno()])\n if f>=0: os.close(f)";

    private static string Script => Make.Replace(
        "NUMBER",
        (System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? 198 : 41).ToString(CultureInfo.InvariantCulture),
        StringComparison.Ordinal);

    /// <summary>Family, type, protocol: the system call filter answers as a kernel would that was built without it.</summary>
    [KernelTheory]
    [InlineData("5 2 0", "EAFNOSUPPORT")] // APPLETALK
    [InlineData("4 2 0", "EAFNOSUPPORT")] // IPX
    [InlineData("9 5 0", "EAFNOSUPPORT")] // X25
    [InlineData("15 3 2", "EAFNOSUPPORT")] // KEY
    [InlineData("16 3 0", "ok")] // NETLINK ROUTE
    [InlineData("16 3 4", "EPROTONOSUPPORT")] // NETLINK SOCK_DIAG
    [InlineData("16 3 6", "EPROTONOSUPPORT")] // NETLINK XFRM
    [InlineData("16 3 12", "EPROTONOSUPPORT")] // NETLINK NETFILTER
    [InlineData("16 3 16", "EPROTONOSUPPORT")] // NETLINK GENERIC
    [InlineData("17 3 768", "EAFNOSUPPORT")] // PACKET
    [InlineData("21 5 0", "EAFNOSUPPORT")] // RDS
    [InlineData("29 3 1", "EAFNOSUPPORT")] // CAN
    [InlineData("30 5 0", "EAFNOSUPPORT")] // TIPC
    [InlineData("31 3 1", "EAFNOSUPPORT")] // BLUETOOTH
    [InlineData("33 2 0", "EAFNOSUPPORT")] // RXRPC
    [InlineData("38 5 0", "EAFNOSUPPORT")] // ALG
    [InlineData("40 1 0", "EAFNOSUPPORT")] // VSOCK
    [InlineData("41 5 0", "EAFNOSUPPORT")] // KCM
    [InlineData("42 2 0", "EAFNOSUPPORT")] // QIPCRTR
    [InlineData("43 1 0", "EAFNOSUPPORT")] // SMC
    [InlineData("44 3 0", "EAFNOSUPPORT")] // XDP
    [InlineData("45 2 0", "EAFNOSUPPORT")] // MCTP
    [InlineData("1 1 0", "ok")] // UNIX
    [InlineData("2 1 6", "ok")] // TCP
    [InlineData("2 2 17", "ok")] // UDP
    [InlineData("2 3 255", "EPERM")] // RAW
    [InlineData("10 3 58", "EPERM")] // RAW, ICMPv6
    [InlineData("2 10 0", "EPERM")] // PACKET by its old name
    public async Task The_filter_answers_before_any_hook(string call, string answer)
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.Deny("192.0.2.1"));

        (await MakeAsync(lab, call, "0")).Should().Equal(answer);
        (await MakeAsync(lab, call, "65534")).Should().Equal(answer);
    }

    /// <summary>Where the family is the internet's the hook decides, and tells; what the kernel was built without it does not get to see.</summary>
    [KernelTheory]
    [InlineData("2 2 1")] // ping
    [InlineData("2 2 136")] // UDP-Lite
    [InlineData("10 2 136")]
    [InlineData("2 1 132")] // SCTP
    [InlineData("2 5 132")]
    [InlineData("2 6 33")] // DCCP
    [InlineData("2 1 256")] // SMC by protocol
    [InlineData("10 1 256")]
    public async Task The_hook_refuses_what_is_neither_tcp_nor_udp(string call)
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.Deny("192.0.2.1"));

        string[] results = [.. await MakeAsync(lab, call, "0"), .. await MakeAsync(lab, call, "65534")];

        results.Should().OnlyContain(result => result == "EPERM" || result == "EPROTONOSUPPORT" || result == "ESOCKTNOSUPPORT" || result == "EACCES");
        (await lab.EndAsync()).Count(decision => !decision.IsRepeat && decision.Reason == DecisionReason.SocketType)
            .Should().Be(results.Count(result => result == "EPERM"));
    }

    /// <summary>Each subflow of MPTCP is a TCP connection whose packets are judged as any other's.</summary>
    [KernelTheory]
    [InlineData("127.0.0.5", "127.0.0.1", "EPERM")]
    [InlineData("127.0.0.1", "127.0.0.5", "ok")]
    public async Task Multipath_tcp_is_tcp(string address, string rule, string expected)
    {
        using Peer peer = Peer.Open("0.0.0.0");
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow(expected == "ok" ? address : rule));
        string script = "import socket,errno\ntry:\n s=socket.socket(socket.AF_INET,socket.SOCK_STREAM,262); s.settimeout(10); s.connect(('" + address + $"',{peer.Port})); print('ok')\n"
            + "except OSError as e: print(errno.errorcode[e.errno])";

        Output output = await Output.OfAsync(lab.Sandbox, new ProcessStartInfo("/usr/bin/python3", ["-ISc", script]));

        output.Out.Trim().Should().BeOneOf(expected, "ENOPROTOOPT", "EPROTONOSUPPORT");
        peer.HasConnection.Should().Be(output.Out.Trim() == "ok");
    }

    private static async Task<string[]> MakeAsync(Lab lab, string call, string user)
    {
        await using ISandbox sandbox = await lab.Firewall.CreateSandboxAsync("family", new SandboxOptions { User = SandboxUser.Get(user) });
        Output output = await Output.OfAsync(sandbox, new ProcessStartInfo("/usr/bin/python3", ["-ISc", Script, call]) { WorkingDirectory = "/" });
        output.Error.Should().BeEmpty();
        return output.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
