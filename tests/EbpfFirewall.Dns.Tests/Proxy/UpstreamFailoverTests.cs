using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Dns.Tests.Support;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Tests.Proxy;

public sealed class UpstreamFailoverTests
{
    [Fact]
    public async Task A_server_that_hangs_over_TCP_passes_its_turn()
    {
        await using FakeUpstream hanging = new(q => q.IsTcp ? [] : [Msg.Response(q.Message, extraFlags: 0x0200)]);
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"),
            configure: o => o with
            {
                Upstreams = [hanging.EndPoint, .. o.Upstreams],
                AttemptTimeout = TimeSpan.FromMilliseconds(200),
                QueryTimeout = TimeSpan.FromMinutes(1),
            });

        Reply reply = await test.AskAsync("example.test");

        reply.Addresses.Should().Equal("192.0.2.1");
        hanging.Queries.Select(q => q.IsTcp).Should().Equal(false, true);
    }

    [Fact]
    public async Task Silence_ends_in_SERVFAIL()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"),
            _ => [],
            o => o with { QueryTimeout = TimeSpan.FromMilliseconds(300), AttemptTimeout = TimeSpan.FromMilliseconds(100) });

        Reply reply = await test.AskAsync(Msg.Query("example.test", DnsType.A, opt: Msg.Opt()));
        DnsDecision decision = await test.Host.NextDecisionAsync();

        reply.Code.Should().Be(2);
        reply.ExtendedError.Should().Be(22);
        decision.Should().BeEquivalentTo(new { Verdict = Verdict.Allow, Reason = DecisionReason.UpstreamTimeout, ResponseCode = 2 });
        test.Upstream.Queries.Should().HaveCountGreaterThan(1, "an attempt is repeated");
        test.Proxy.Counters.Timeouts.Should().Be(1);
    }

    [Fact]
    public async Task A_late_answer_to_an_earlier_attempt_changes_nothing()
    {
        int asked = 0;
        byte[]? first = null;
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"),
            q =>
            {
                if (Interlocked.Increment(ref asked) == 1)
                {
                    first = q.Reply(Msg.A(q.Name, "203.0.113.1"));
                    return [];
                }

                return [first!, q.Reply(Msg.A(q.Name, "192.0.2.1"))];
            },
            o => o with { AttemptTimeout = TimeSpan.FromMilliseconds(100), SocketsPerUpstream = 1 });

        Reply reply = await test.AskAsync("example.test");

        reply.Addresses.Should().Equal("192.0.2.1");
    }

    [Fact]
    public async Task The_next_upstream_is_asked_when_one_is_silent_and_then_preferred()
    {
        await using FakeUpstream silent = new(_ => []);
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"),
            configure: o => o with { Upstreams = [silent.EndPoint, .. o.Upstreams], AttemptTimeout = TimeSpan.FromMilliseconds(100) });

        Reply first = await test.AskAsync("example.test");
        Reply second = await test.AskAsync("www.example.test");

        first.Addresses.Should().Equal("192.0.2.1");
        second.Addresses.Should().Equal("192.0.2.1");
        silent.Queries.Should().ContainSingle();
        test.Proxy.Upstreams.Should().Equal(silent.EndPoint, test.Upstream.EndPoint);
    }

    [Fact]
    public async Task A_demoted_upstream_gets_another_chance()
    {
        ShiftedTimeProvider time = new();
        await using FakeUpstream silent = new(_ => []);
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"),
            configure: o => o with
            {
                Upstreams = [silent.EndPoint, .. o.Upstreams],
                AttemptTimeout = TimeSpan.FromMilliseconds(100),
                TimeProvider = time,
            });

        await test.AskAsync("example.test");
        silent.Answer = q => [q.Reply(Msg.A(q.Name, "192.0.2.77"))];
        time.Advance(TimeSpan.FromSeconds(31));
        Reply reply = await test.AskAsync("example.test");

        reply.Addresses.Should().Equal("192.0.2.77");
    }

    [Fact]
    public async Task An_upstream_that_is_not_there_costs_no_timeout()
    {
        IPEndPoint nobody = await UnusedEndPointAsync();
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"),
            configure: o => o with { Upstreams = [nobody, .. o.Upstreams], AttemptTimeout = TimeSpan.FromMinutes(1), QueryTimeout = TimeSpan.FromMinutes(1) });

        Reply reply = await test.AskAsync("example.test");

        reply.Addresses.Should().Equal("192.0.2.1");
    }

    [Fact]
    public async Task No_upstream_there_at_all_is_SERVFAIL_at_once()
    {
        IPEndPoint nobody = await UnusedEndPointAsync();
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"),
            configure: o => o with { Upstreams = [nobody], AttemptTimeout = TimeSpan.FromMinutes(1), QueryTimeout = TimeSpan.FromMinutes(1) });

        Reply reply = await test.AskAsync("example.test");

        reply.Code.Should().Be(2);
    }

    [Fact]
    public async Task Another_upstream_may_make_good_for_a_malformed_answer()
    {
        await using FakeUpstream broken = new(q => [[.. q.Reply(), 0]]);
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"), configure: o => o with { Upstreams = [broken.EndPoint, .. o.Upstreams] });

        Reply reply = await test.AskAsync("example.test");

        reply.Addresses.Should().Equal("192.0.2.1");
    }

    [Fact]
    public async Task Too_many_waiting_queries_get_SERVFAIL()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"), _ => [], o => o with { MaxPendingQueries = 1, QueryTimeout = TimeSpan.FromMinutes(1) });
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.Connect(test.Proxy.IPv4EndPoint);

        await client.SendAsync(Msg.Query("example.test", DnsType.A, id: 1));
        await client.SendAsync(Msg.Query("example.test", DnsType.A, id: 2));
        byte[] buffer = new byte[512];
        int length = await client.ReceiveAsync(buffer);
        Reply reply = new(buffer[..length]);

        reply.Header.Id.Should().Be(2);
        reply.Code.Should().Be(2);
        test.Proxy.Counters.Overloaded.Should().Be(1);
    }

    private static async Task<IPEndPoint> UnusedEndPointAsync()
    {
        await using FakeUpstream closed = new(_ => []);
        return closed.EndPoint;
    }
}
