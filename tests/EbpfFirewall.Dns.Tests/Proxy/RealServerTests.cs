using System.Diagnostics;
using System.Globalization;
using EbpfFirewall.Dns.Tests.Support;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Tests.Proxy;

/// <summary>Servers and a client that were not written for these tests.</summary>
public sealed class RealServerTests
{
    private const string Dnsmasq = "/usr/sbin/dnsmasq";
    private const string Unbound = "/usr/sbin/unbound";
    private const string Dig = "/usr/bin/dig";

    [ToolFact(Dnsmasq)]
    public async Task Dnsmasq_answers_through_the_proxy()
    {
        await using RealServer server = await RealServer.StartDnsmasqAsync(
            "--host-record=web.example.test,192.0.2.10,2001:db8::10",
            "--cname=alias.example.test,web.example.test",
            "--txt-record=text.example.test,hello",
            "--srv-host=_x._tcp.example.test,web.example.test,443",
            "--mx-host=example.test,web.example.test,10");
        await using ProxyUnderTest test = await StartAsync(server);

        Reply v4 = await test.AskAsync("web.example.test");
        Reply v6 = await test.AskAsync("WEB.example.test", DnsType.Aaaa);
        Reply alias = await test.AskAsync("alias.example.test");
        Reply text = await test.AskAsync("text.example.test", DnsType.Txt);
        Reply service = await test.AskAsync("_x._tcp.example.test", DnsType.Srv);
        Reply mail = await test.AskAsync("example.test", DnsType.Mx);
        Reply missing = await test.AskAsync("no.example.test");
        Reply tcp = await test.AskOverTcpAsync(Msg.Query("web.example.test", DnsType.A));

        v4.Addresses.Should().Equal("192.0.2.10");
        v6.Addresses.Should().Equal("2001:db8::10");
        alias.Answers.Select(r => r.Type).Should().Equal(DnsType.Cname, DnsType.A);
        text.Answers.Should().ContainSingle().Which.Data.Should().Equal([5, .. "hello"u8]);
        service.Answers.Should().ContainSingle().Which.Name.Should().Be("web.example.test");
        mail.Answers.Should().ContainSingle().Which.Name.Should().Be("web.example.test");
        missing.Code.Should().Be(3);
        tcp.Addresses.Should().Equal("192.0.2.10");
        test.Host.Grants.Select(g => g.Address.ToString()).Distinct().Should().BeEquivalentTo("192.0.2.10", "2001:db8::10");
    }

    [ToolFact(Unbound)]
    public async Task Unbound_answers_through_the_proxy_and_long_answers_come_over_TCP()
    {
        await using RealServer server = await RealServer.StartUnboundAsync(
        [
            "web.example.test. 60 IN A 192.0.2.10",
            "svc.example.test. 60 IN HTTPS 1 . alpn=h2,h3 ipv4hint=192.0.2.11",
            .. Enumerable.Range(0, 200).Select(i => $"big.example.test. 60 IN A 198.51.100.{i}"),
        ]);
        await using ProxyUnderTest test = await StartAsync(server);

        Reply small = await test.AskAsync("web.example.test");
        Reply cut = await test.AskAsync("big.example.test");
        Reply whole = await test.AskOverTcpAsync(Msg.Query("big.example.test", DnsType.A));
        Reply service = await test.AskAsync("svc.example.test", DnsType.Https);
        Reply missing = await test.AskAsync("no.example.test");

        small.Addresses.Should().Equal("192.0.2.10");
        cut.IsTruncated.Should().BeTrue();
        whole.Addresses.Should().HaveCount(200);
        service.Answers.Should().ContainSingle().Which.Data.Should().Equal([0, 1, 0, 0, 1, 0, 3, 2, .. "h2"u8, 0, 4, 0, 4, 192, 0, 2, 11]);
        missing.Code.Should().Be(3);
        test.Proxy.Counters.UpstreamTcp.Should().Be(2);
        test.Host.Grants.Should().Contain(g => g.Address.ToString() == "198.51.100.199");
    }

    [ToolFact(Dnsmasq, Dig)]
    public async Task Dig_understands_what_the_proxy_says()
    {
        await using RealServer server = await RealServer.StartDnsmasqAsync("--host-record=web.example.test,192.0.2.10,2001:db8::10");
        await using ProxyUnderTest test = await StartAsync(server);

        string allowed = await DigAsync(test, "web.example.test", "AAAA", "+short");
        string overTcp = await DigAsync(test, "web.example.test", "A", "+short", "+tcp");
        string denied = await DigAsync(test, "other.test", "A");
        string any = await DigAsync(test, "web.example.test", "ANY", "+notcp");
        string version = await DigAsync(test, "web.example.test", "A", "+edns=1", "+noednsneg");

        allowed.Trim().Should().Be("2001:db8::10");
        overTcp.Trim().Should().Be("192.0.2.10");
        denied.Should().Contain("status: NXDOMAIN").And.Contain("EDE: 15 (Blocked)").And.Contain("SOA").And.NotContain("WARNING");
        any.Should().Contain("status: NOERROR").And.Contain("EDE: 17 (Filtered)").And.NotContain("WARNING");
        version.Should().Contain("status: BADVERS");
    }

    private static async Task<ProxyUnderTest> StartAsync(RealServer server) => await ProxyUnderTest.StartAsync(
        p => p.Allow("example.test"), configure: o => o with { Upstreams = [server.EndPoint] });

    private static async Task<string> DigAsync(ProxyUnderTest test, params string[] arguments)
    {
        ProcessStartInfo start = new(
            Dig, ["@127.0.0.1", "-p", test.Proxy.IPv4EndPoint.Port.ToString(CultureInfo.InvariantCulture), "+tries=1", .. arguments])
        {
            RedirectStandardOutput = true,
        };
        using Process dig = Process.Start(start)!;
        string output = await dig.StandardOutput.ReadToEndAsync();
        await dig.WaitForExitAsync();
        dig.ExitCode.Should().Be(0, output);
        return output;
    }
}
