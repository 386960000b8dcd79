using EbpfFirewall.Decisions;

namespace EbpfFirewall.Core.Tests.Decisions;

public sealed class DecisionTextTests
{
    public static TheoryData<string, string> Golden => new()
    {
        {
            nameof(Samples.DeniedName),
            """WARN DNS BLOCKED reason=NotInAllowList explanation="No rule allows registry.example.com. Allow it with --allow registry.example.com" blocked=true blockedAt=dns domain=registry.example.com. ip="" protocol=udp ipResolvedForDomains=None pid=4711 cmd="curl -s https://registry.example.com/x" firewallMethod=allowlist"""
        },
        {
            nameof(Samples.NameOnDenyList),
            """WARN DNS BLOCKED reason=NameDenied explanation="The rule \"example.com\" denies registry.example.com. Remove it, or write a more specific rule that allows it." blocked=true blockedAt=dns domain=registry.example.com. ip="" protocol=udp ipResolvedForDomains=None pid=4711 cmd="curl -s https://registry.example.com/x" firewallMethod=blocklist"""
        },
        {
            nameof(Samples.AllowedName),
            """INFO DNS ALLOWED reason=NameAllowed explanation="The rule \"*.example.com\" allows registry.example.com." blocked=false blockedAt=dns domain=registry.example.com. ip=198.51.100.7 protocol=udp ipResolvedForDomains=None pid=4711 cmd="curl -s https://registry.example.com/x" firewallMethod=allowlist"""
        },
        {
            nameof(Samples.DeniedConnect),
            """WARN PACKET BLOCKED reason=NotInAllowList explanation="No rule allows 2001:db8::9 port 443. Allow it with --allow [2001:db8::9]:443" blocked=true blockedAt=packet ip=2001:db8::9 port=443 protocol=tcp ipResolvedForDomains=None pid=4711 cmd="curl -s https://registry.example.com/x" firewallMethod=allowlist repeat=12"""
        },
        {
            nameof(Samples.Repeated),
            """WARN PACKET BLOCKED reason=NotInAllowList explanation="No rule allows 2001:db8::9 port 443. Allow it with --allow [2001:db8::9]:443" blocked=true blockedAt=packet ip=2001:db8::9 port=443 protocol=tcp ipResolvedForDomains=None pid=4711 cmd="curl -s https://registry.example.com/x" firewallMethod=allowlist repeat=12"""
        },
        {
            nameof(Samples.DeniedByLearnedName),
            """WARN PACKET BLOCKED reason=DeniedByName explanation="example.com, www.example.com led to 198.51.100.7 port 443, and the rule \"example.com:443\" denies it. Remove the rule, or allow the address itself." blocked=true blockedAt=packet ip=198.51.100.7 port=443 protocol=tcp ipResolvedForDomains="example.com., www.example.com." pid=4711 cmd="curl -s https://registry.example.com/x" firewallMethod=blocklist"""
        },
        {
            nameof(Samples.Observed),
            """INFO PACKET WOULD BE BLOCKED reason=NotInAllowList explanation="No rule allows 2001:db8::9 port 443. Allow it with --allow [2001:db8::9]:443" blocked=false blockedAt=packet ip=2001:db8::9 port=443 protocol=tcp ipResolvedForDomains=None pid=4711 cmd="curl -s https://registry.example.com/x" firewallMethod=observe"""
        },
        {
            nameof(Samples.RawSocket),
            """WARN PACKET BLOCKED reason=SocketType explanation="A socket AF_INET SOCK_RAW icmp is not allowed: only TCP and UDP sockets may reach the network." blocked=true blockedAt=packet protocol=icmp pid=-1 cmd="unknown" firewallMethod=allowlist"""
        },
        {
            nameof(Samples.Redirect),
            """INFO DNS Redirect eventType="DNS Redirect" ip=127.0.0.1 originalIp=192.0.2.53 port=53 pid=4711 cmd="curl -s https://registry.example.com/x" allowed=true dnsTransactionId=4242"""
        },
        {
            nameof(Samples.OwnListener),
            """INFO Localhost Packet Bypass eventType="Localhost Packet Bypass" ip=::1 originalIp=::1 port=5432 pid=4711 cmd="curl -s https://registry.example.com/x" allowed=true"""
        },
    };

    [Theory]
    [MemberData(nameof(Golden))]
    public void A_line_reads_like_this(string sample, string line)
    {
        DecisionEvent decision = (DecisionEvent)typeof(Samples).GetProperty(sample, System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!.GetValue(null)!;

        DecisionText.Format(decision).Should().Be(line);
    }

    [Fact]
    public void There_is_a_golden_line_for_every_sample()
    {
        Golden.Should().HaveCount(Samples.All.Length);
    }

    [Theory]
    [InlineData("x\nWARN DNS BLOCKED", "x\\nWARN")]
    [InlineData("x\r\nINFO", "x\\r\\nINFO")]
    [InlineData("a\" blocked=false cmd=\"b", "a\\\" blocked=false cmd=\\\"b")]
    [InlineData("a\\", "a\\\\\"")]
    [InlineData("\u001b[2J\u001b[31m", "\\u001b[2J")]
    [InlineData("\u009b31m", "\\u009b31m")]
    [InlineData("a\u2028b\u2029c\u0085d", "a\\u2028b\\u2029c\\u0085d")]
    [InlineData("a\u202egpj", "a\\u202egpj")]
    [InlineData("\0", "\\u0000")]
    [InlineData("\U000e0041", "\\U000e0041")]
    public void What_a_program_chose_cannot_forge_a_line(string hostile, string escaped)
    {
        DecisionEvent decision = Samples.DeniedName with
        {
            Names = [hostile],
            Process = Samples.Curl with { Arguments = ["curl", hostile] },
        };

        string line = DecisionText.Format(decision);

        line.Should().Contain("cmd=\"curl " + escaped);
        line.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029' or '\u202e').Should().BeFalse();
        LogLine.Keys(line).Should().Equal("reason", "explanation", "blocked", "blockedAt", "domain", "ip", "protocol", "ipResolvedForDomains", "pid", "cmd", "firewallMethod");
    }

    [Fact]
    public void Half_a_character_is_shown_as_its_number()
    {
        DecisionEvent decision = Samples.DeniedName with { Process = Samples.Curl with { Arguments = ["\ud800"] } };

        DecisionText.Format(decision).Should().Contain("cmd=\"\\ud800\"");
    }
}
