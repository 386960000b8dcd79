using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Dns.Tests.Support;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Tests.Proxy;

public sealed class ServiceBindingTests
{
    private static readonly byte[] Head = [0, 1, 0];
    private static readonly byte[] AlpnH2H3 = [0, 1, 0, 6, 2, .. "h3"u8, 2, .. "h2"u8];
    private static readonly byte[] AlpnH2 = [0, 1, 0, 3, 2, .. "h2"u8];
    private static readonly byte[] AlpnH3 = [0, 1, 0, 9, 2, .. "h3"u8, 5, .. "h3-29"u8];
    private static readonly byte[] NoDefaultAlpn = [0, 2, 0, 0];
    private static readonly byte[] Port = [0, 3, 0, 2, 0x20, 0xFB];
    private static readonly byte[] Ipv4Hint = [0, 4, 0, 8, 192, 0, 2, 1, 192, 0, 2, 2];
    private static readonly byte[] Ech = [0, 5, 0, 4, 1, 2, 3, 4];
    private static readonly byte[] Ipv6Hint = [0, 6, 0, 16, 0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9];

    [Fact]
    public async Task Ech_and_h3_are_removed_with_their_signatures_and_hints_are_granted()
    {
        byte[] data = [.. Head, .. AlpnH2H3, .. Port, .. Ipv4Hint, .. Ech, .. Ipv6Hint];
        await using ProxyUnderTest test = await StartAsync(q => Signed(q, data));

        Reply reply = await test.AskAsync(Msg.Query("example.test", DnsType.Https, opt: Msg.Opt(dnssecOk: true)));

        reply.Answers.Should().ContainSingle().Which.Data.Should().Equal([.. Head, .. AlpnH2, .. Port, .. Ipv4Hint, .. Ipv6Hint]);
        reply.Header.Flags.Should().NotHaveFlag(DnsFlags.AuthenticData);
        test.Host.Grants.Select(g => (g.Name, g.Address.ToString())).Should().Equal(
            ("example.test", "192.0.2.1"), ("example.test", "192.0.2.2"), ("example.test", "2001:db8::9"));
    }

    [Fact]
    public async Task A_record_without_either_passes_signed()
    {
        byte[] data = [.. Head, .. AlpnH2];
        await using ProxyUnderTest test = await StartAsync(q => Signed(q, data));

        Reply reply = await test.AskAsync(Msg.Query("example.test", DnsType.Https, opt: Msg.Opt(dnssecOk: true)));

        reply.Answers.Should().HaveCount(2);
        reply.Header.Flags.Should().HaveFlag(DnsFlags.AuthenticData);
    }

    public static TheoryData<byte[], bool> Leftovers => new()
    {
        { [.. Head, .. AlpnH3], true }, // the default protocol remains
        { [.. Head, .. AlpnH3, .. NoDefaultAlpn], false },
        { [.. Head, 0, 0, 0, 2, 0, 5, .. Ech], false }, // its owner calls ech mandatory
        { [.. Head, 0, 0, 0, 2, 0, 1, .. AlpnH3], false },
        { [.. Head, 0, 0, 0, 2, 0, 1, .. AlpnH2H3], true },
        { [0, 0, .. Msg.Name("alias.test")], true },
        { [.. Head, .. Port, .. AlpnH2], false }, // keys out of order
        { [.. Head, 0, 1, 0, 3, 9, .. "h2"u8], false }, // a length that lies
        { [.. Head, 0, 1, 0, 9, 2], false },
        { [.. Head, 0, 4, 0, 3, 192, 0, 2], false }, // hints that are no addresses
        { [.. Head, 0, 6, 0, 4, 192, 0, 2, 1], false },
        { [.. Head, 0, 3, 0, 1, 1], false },
        { [0], false },
    };

    [Theory]
    [MemberData(nameof(Leftovers))]
    public async Task A_record_is_kept_only_where_it_still_means_something(byte[] data, bool kept)
    {
        await using ProxyUnderTest test = await StartAsync(q => q.Reply(Msg.Record(q.Name, DnsType.Https, data)));

        Reply reply = await test.AskAsync(Msg.Query("example.test", DnsType.Https, opt: Msg.Opt()));

        reply.Code.Should().Be(0);
        reply.Answers.Should().HaveCount(kept ? 1 : 0);
        reply.ExtendedError.Should().Be(kept ? null : 17);
    }

    [Fact]
    public async Task Http3_stays_where_QUIC_is_allowed()
    {
        byte[] data = [.. Head, .. AlpnH2H3, .. Ech];
        await using ProxyUnderTest test = await StartAsync(
            q => q.Reply(Msg.Record(q.Name, DnsType.Https, data)), o => o with { RemoveHttp3 = false });

        Reply reply = await test.AskAsync("example.test", DnsType.Https);

        reply.Answers.Should().ContainSingle().Which.Data.Should().Equal([.. Head, .. AlpnH2H3]);
    }

    [Fact]
    public async Task Pass_changes_nothing_and_still_grants_hints()
    {
        byte[] data = [.. Head, .. AlpnH2H3, .. Ipv4Hint, .. Ech];
        await using ProxyUnderTest test = await StartAsync(
            q => q.Reply(Msg.Record(q.Name, DnsType.Svcb, data)), o => o with { HttpsRecords = HttpsRecordMode.Pass });

        Reply reply = await test.AskAsync("example.test", DnsType.Svcb);

        reply.Answers.Should().ContainSingle().Which.Data.Should().Equal(data);
        test.Host.Grants.Should().HaveCount(2);
    }

    [Fact]
    public async Task What_passes_without_being_understood_opens_nothing()
    {
        byte[] data = [.. Head, 0, 4, 0, 5, 192, 0, 2, 1, 1];
        await using ProxyUnderTest test = await StartAsync(
            q => q.Reply(Msg.Record(q.Name, DnsType.Https, data)), o => o with { HttpsRecords = HttpsRecordMode.Pass });

        Reply reply = await test.AskAsync("example.test", DnsType.Https);

        reply.Answers.Should().ContainSingle().Which.Data.Should().Equal(data);
        test.Host.Grants.Should().BeEmpty();
    }

    [Fact]
    public async Task NoData_denies_the_types()
    {
        await using ProxyUnderTest test = await StartAsync(
            q => q.Reply(Msg.Record(q.Name, DnsType.Https, Head)), o => o with { HttpsRecords = HttpsRecordMode.NoData });

        Reply reply = await test.AskAsync("example.test", DnsType.Https);

        reply.Code.Should().Be(0);
        reply.Answers.Should().BeEmpty();
        test.Upstream.Queries.Should().BeEmpty();
    }

    [Fact]
    public async Task A_target_may_be_asked_for_like_that_of_an_alias()
    {
        byte[] data = [0, 1, .. Msg.Name("edge.cdn.test"), .. AlpnH2];
        await using ProxyUnderTest test = await StartAsync(
            q => q.Type == DnsType.Https ? q.Reply(Msg.Record(q.Name, DnsType.Https, data)) : q.Reply(Msg.A(q.Name, "192.0.2.1")));

        Reply before = await test.AskAsync("edge.cdn.test");
        await test.AskAsync("example.test", DnsType.Https);
        Reply after = await test.AskAsync("edge.cdn.test");

        before.Code.Should().Be(3);
        after.Addresses.Should().Equal("192.0.2.1");
    }

    [Fact]
    public async Task A_hint_inside_this_network_is_refused_for_a_public_name()
    {
        byte[] data = [.. Head, 0, 4, 0, 4, 10, 0, 0, 1];
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.com"), q => [q.Reply(Msg.Record(q.Name, DnsType.Https, data))]);

        Reply reply = await test.AskAsync("example.com", DnsType.Https);

        reply.Answers.Should().BeEmpty();
        test.Host.Grants.Should().BeEmpty();
    }

    private static Task<ProxyUnderTest> StartAsync(Func<UpstreamQuery, byte[]> answer, Func<DnsProxyOptions, DnsProxyOptions>? configure = null) =>
        ProxyUnderTest.StartAsync(p => p.Allow("example.test"), q => [answer(q)], configure);

    private static byte[] Signed(UpstreamQuery query, byte[] data) => Msg.Response(
        query.Message, [Msg.Record(query.Name, DnsType.Https, data), Msg.Rrsig(query.Name, DnsType.Https)], extraFlags: 0x20);
}
