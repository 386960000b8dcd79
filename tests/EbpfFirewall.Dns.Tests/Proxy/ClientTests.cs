using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Dns.Tests.Support;
using EbpfFirewall.Dns.Wire;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Tests.Proxy;

public sealed class ClientTests
{
    [Fact]
    public async Task UDP_and_TCP_share_a_port_on_both_families()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("example.test"));
        byte[] query = Msg.Query("example.test", DnsType.A);
        IPEndPoint? v6 = test.Proxy.IPv6EndPoint;

        foreach (IPEndPoint endPoint in v6 is null ? [test.Proxy.IPv4EndPoint] : new[] { test.Proxy.IPv4EndPoint, v6 })
        {
            Reply udp = await test.AskAsync(query, endPoint);
            Reply tcp = await test.AskOverTcpAsync(query, endPoint);

            udp.Addresses.Should().Equal("192.0.2.1");
            tcp.Addresses.Should().Equal("192.0.2.1");
        }

        (v6 is not null).Should().Be(Socket.OSSupportsIPv6 && HasIPv6Loopback());
        (await test.Host.NextDecisionAsync()).Protocol.Should().Be(TransportProtocols.Udp);
        (await test.Host.NextDecisionAsync()).Protocol.Should().Be(TransportProtocols.Tcp);
    }

    [Fact]
    public async Task Without_an_IPv6_loopback_IPv4_is_served()
    {
        await using FakeUpstream upstream = new(_ => []);
        FakeHost host = new();
        DnsProxyHost services = new(new OneFamily(), host, host, host);

        await using DnsProxy proxy = await DnsProxy.StartAsync(
            services, ProxyUnderTest.Policy(p => p.Allow("example.test")), new DnsProxyOptions { Upstreams = [upstream.EndPoint] });

        proxy.IPv6EndPoint.Should().BeNull();
        proxy.IPv4EndPoint.Port.Should().BePositive();
    }

    [Fact]
    public async Task A_port_that_is_taken_for_UDP_is_left_for_another()
    {
        await using FakeUpstream upstream = new(_ => []);
        FakeHost host = new();
        Contested listeners = new(failures: 3);

        await using DnsProxy proxy = await DnsProxy.StartAsync(
            new DnsProxyHost(listeners, host, host, host),
            ProxyUnderTest.Policy(p => p.Allow("example.test")),
            new DnsProxyOptions { Upstreams = [upstream.EndPoint] });

        listeners.Failures.Should().Be(0);
    }

    [Fact]
    public async Task No_listener_at_all_is_an_error_with_a_code()
    {
        await using FakeUpstream upstream = new(_ => []);
        FakeHost host = new();
        DnsProxyHost services = new(new Contested(failures: int.MaxValue), host, host, host);

        Func<Task> start = () => DnsProxy.StartAsync(
            services, ProxyUnderTest.Policy(p => p.Allow("example.test")), new DnsProxyOptions { Upstreams = [upstream.EndPoint] });

        (await start.Should().ThrowAsync<EgressFirewallException>()).Which.Code.Should().Be("EFW0302");
    }

    [Fact]
    public async Task A_policy_that_decides_nothing_needs_no_proxy()
    {
        Func<Task> start = () => ProxyUnderTest.StartAsync(p => p.UseMode(PolicyMode.Disabled));

        await start.Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task An_unknown_client_is_refused_over_UDP()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("example.test"));
        test.Host.Knows = (_, _) => false;

        Reply reply = await test.AskAsync("example.test");
        DnsDecision decision = await test.Host.NextDecisionAsync();

        reply.Code.Should().Be(5);
        test.Upstream.Queries.Should().BeEmpty();
        decision.Should().BeEquivalentTo(new { Name = "example.test", Verdict = Verdict.Deny, Reason = DecisionReason.UnknownClient });
        decision.Client.Process.Should().Be(ProcessIdentity.Unknown);
        test.Proxy.Counters.UnknownClients.Should().Be(1);
    }

    [Fact]
    public async Task An_unknown_client_is_closed_over_TCP_before_it_is_read()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("example.test"));
        test.Host.Knows = (_, _) => false;
        using TcpClient client = new();

        bool closed = await IsClosedAtOnceAsync(client, test.Proxy.IPv4EndPoint);
        DnsDecision decision = await test.Host.NextDecisionAsync();

        closed.Should().BeTrue();
        decision.Reason.Should().Be(DecisionReason.UnknownClient);
        decision.Protocol.Should().Be(TransportProtocols.Tcp);
    }

    [Fact]
    public async Task Clients_are_known_by_protocol_address_and_port()
    {
        List<(TransportProtocols, IPEndPoint)> asked = [];
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("example.test"));
        test.Host.Knows = (protocol, client) =>
        {
            asked.Add((protocol, client));
            return true;
        };
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(test.Proxy.IPv4EndPoint);

        await socket.SendAsync(Msg.Query("example.test", DnsType.A));
        await socket.ReceiveAsync(new byte[512]);

        asked.Should().Equal((TransportProtocols.Udp, (IPEndPoint)socket.LocalEndPoint!));
    }

    [Fact]
    public async Task After_disposal_nothing_is_answered()
    {
        ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("example.test"));
        IPEndPoint endPoint = test.Proxy.IPv4EndPoint;
        using TcpClient client = new();
        await client.ConnectAsync(endPoint);
        await ProxyUnderTest.SendAsync(client.GetStream(), Msg.Query("example.test", DnsType.A));
        await ProxyUnderTest.ReceiveAsync(client.GetStream());

        await test.DisposeAsync();
        await test.Proxy.DisposeAsync();

        (await IsClosedAsync(client.GetStream())).Should().BeTrue();
        using TcpClient late = new();
        Func<Task> connect = () => late.ConnectAsync(endPoint);
        (await connect.Should().ThrowAsync<SocketException>()).Which.SocketErrorCode.Should().Be(SocketError.ConnectionRefused);
    }

    private static async Task<bool> IsClosedAtOnceAsync(TcpClient client, IPEndPoint endPoint)
    {
        try
        {
            await client.ConnectAsync(endPoint);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return true;
        }

        return await IsClosedAsync(client.GetStream());
    }

    [Fact]
    public async Task Once_disposed_no_callback_runs()
    {
        using ManualResetEventSlim inside = new();
        using ManualResetEventSlim mayLeave = new();
        bool left = false;
        await using FakeUpstream upstream = new(q => [q.Reply(Msg.A(q.Name, "192.0.2.1"))]);
        FakeHost host = new()
        {
            OnGrant = _ =>
            {
                inside.Set();
                mayLeave.Wait(TimeSpan.FromSeconds(20)).Should().BeTrue();
                Volatile.Write(ref left, true);
                return true;
            },
        };
        DnsProxy proxy = await DnsProxy.StartAsync(
            new DnsProxyHost(new LoopbackListenerFactory(), host, host, host),
            ProxyUnderTest.Policy(p => p.Allow("example.test")),
            new DnsProxyOptions { Upstreams = [upstream.EndPoint] });
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.Connect(proxy.IPv4EndPoint);
        await client.SendAsync(Msg.Query("example.test", DnsType.A));
        inside.Wait(TimeSpan.FromSeconds(20)).Should().BeTrue();

        ValueTask disposal = proxy.DisposeAsync();
        bool doneTooEarly = disposal.IsCompleted;
        mayLeave.Set();
        await disposal;

        doneTooEarly.Should().BeFalse();
        Volatile.Read(ref left).Should().BeTrue();
        client.Available.Should().Be(0, "nothing is answered after the disposal has begun");
    }

    internal static async Task<bool> IsClosedAsync(Stream stream)
    {
        using CancellationTokenSource timeout = new(TimeSpan.FromSeconds(20));
        try
        {
            return await stream.ReadAsync(new byte[1], timeout.Token) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static bool HasIPv6Loopback()
    {
        try
        {
            using Socket socket = new(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private sealed class OneFamily : IListenerFactory
    {
        private readonly LoopbackListenerFactory _inner = new();

        public Socket Listen(SocketType socketType, IPAddress address, int port) =>
            address.AddressFamily == AddressFamily.InterNetworkV6
                ? throw new SocketException((int)SocketError.AddressNotAvailable)
                : _inner.Listen(socketType, address, port);
    }

    private sealed class Contested(int failures) : IListenerFactory
    {
        private readonly LoopbackListenerFactory _inner = new();

        internal int Failures { get; private set; } = failures;

        public Socket Listen(SocketType socketType, IPAddress address, int port) =>
            socketType == SocketType.Dgram && Failures > 0 && Failures-- > 0
                ? throw new SocketException((int)SocketError.AddressAlreadyInUse)
                : _inner.Listen(socketType, address, port);
    }
}
