using System.Net.Sockets;
using EbpfFirewall.Dns.Tests.Support;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Tests.Proxy;

public sealed class TcpTests
{
    [Fact]
    public async Task Queries_in_one_go_are_answered_out_of_order()
    {
        TaskCompletionSource slowMayAnswer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"),
            q => q.Name == "slow.example.test" && !slowMayAnswer.Task.IsCompleted ? [] : [q.Reply(Msg.A(q.Name, "192.0.2.1"))],
            o => o with { AttemptTimeout = TimeSpan.FromMilliseconds(100), QueryTimeout = TimeSpan.FromMinutes(1) });
        using TcpClient client = new();
        await client.ConnectAsync(test.Proxy.IPv4EndPoint);
        NetworkStream stream = client.GetStream();
        byte[] slowQuery = Msg.Query("slow.example.test", DnsType.A, id: 1);
        byte[] fastQuery = Msg.Query("example.test", DnsType.A, id: 2);
        byte[] denied = Msg.Query("other.test", DnsType.A, id: 3);

        await stream.WriteAsync((byte[])
        [
            .. Msg.U16(slowQuery.Length), .. slowQuery, .. Msg.U16(fastQuery.Length), .. fastQuery, .. Msg.U16(denied.Length), .. denied,
        ]);
        Reply first = await ProxyUnderTest.ReceiveAsync(stream);
        Reply second = await ProxyUnderTest.ReceiveAsync(stream);
        slowMayAnswer.SetResult();
        Reply third = await ProxyUnderTest.ReceiveAsync(stream);

        new[] { first.Header.Id, second.Header.Id }.Should().BeEquivalentTo(new ushort[] { 2, 3 });
        third.Header.Id.Should().Be(1);
    }

    [Fact]
    public async Task A_message_may_arrive_octet_by_octet()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("example.test"));
        using TcpClient client = new() { NoDelay = true };
        await client.ConnectAsync(test.Proxy.IPv4EndPoint);
        NetworkStream stream = client.GetStream();
        byte[] query = Msg.Query("example.test", DnsType.A);

        foreach (byte octet in (byte[])[.. Msg.U16(query.Length), .. query])
        {
            await stream.WriteAsync(new[] { octet });
        }

        Reply reply = await ProxyUnderTest.ReceiveAsync(stream);

        reply.Addresses.Should().Equal("192.0.2.1");
    }

    [Fact]
    public async Task Many_queries_over_one_connection_are_all_answered()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("example.test"));
        using TcpClient client = new();
        await client.ConnectAsync(test.Proxy.IPv4EndPoint);
        NetworkStream stream = client.GetStream();
        const int Count = 300;

        Task sending = Task.Run(async () =>
        {
            for (ushort id = 0; id < Count; id++)
            {
                await ProxyUnderTest.SendAsync(stream, Msg.Query($"n{id}.example.test", DnsType.A, id));
            }

            client.Client.Shutdown(SocketShutdown.Send);
        });
        HashSet<int> ids = [];
        while (ids.Count < Count)
        {
            Reply reply = await ProxyUnderTest.ReceiveAsync(stream);
            reply.Addresses.Should().Equal("192.0.2.1");
            ids.Add(reply.Header.Id).Should().BeTrue();
        }

        await sending;
        (await ClientTests.IsClosedAsync(stream)).Should().BeTrue("the client has closed its side and has all its answers");
    }

    [Fact]
    public async Task A_message_longer_than_any_query_ends_the_connection()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("example.test"));
        using TcpClient client = new();
        await client.ConnectAsync(test.Proxy.IPv4EndPoint);

        await client.GetStream().WriteAsync(new byte[] { 0xFF, 0xFF });

        (await ClientTests.IsClosedAsync(client.GetStream())).Should().BeTrue();
    }

    [Fact]
    public async Task An_idle_connection_is_closed()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"), configure: o => o with { TcpIdleTimeout = TimeSpan.FromMilliseconds(100) });
        using TcpClient client = new();
        await client.ConnectAsync(test.Proxy.IPv4EndPoint);

        bool closed = await ClientTests.IsClosedAsync(client.GetStream());

        closed.Should().BeTrue();
        test.Proxy.Counters.TcpClosed.Should().Be(1);
    }

    [Fact]
    public async Task A_connection_that_waits_for_an_answer_is_not_idle()
    {
        int asked = 0;
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"),
            q => Interlocked.Increment(ref asked) < 6 ? [] : [q.Reply(Msg.A(q.Name, "192.0.2.1"))],
            o => o with
            {
                TcpIdleTimeout = TimeSpan.FromMilliseconds(50),
                AttemptTimeout = TimeSpan.FromMilliseconds(100),
                QueryTimeout = TimeSpan.FromMinutes(1),
            });

        Reply reply = await test.AskOverTcpAsync(Msg.Query("example.test", DnsType.A));

        reply.Addresses.Should().Equal("192.0.2.1");
    }

    [Fact]
    public async Task Connections_beyond_the_bound_are_closed()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"), configure: o => o with { MaxTcpConnections = 1 });
        byte[] query = Msg.Query("example.test", DnsType.A);
        using TcpClient first = new();
        await first.ConnectAsync(test.Proxy.IPv4EndPoint);
        await ProxyUnderTest.SendAsync(first.GetStream(), query);
        await ProxyUnderTest.ReceiveAsync(first.GetStream());
        using TcpClient second = new();
        await second.ConnectAsync(test.Proxy.IPv4EndPoint);

        bool secondClosed = await ClientTests.IsClosedAsync(second.GetStream());
        await ProxyUnderTest.SendAsync(first.GetStream(), query);
        Reply reply = await ProxyUnderTest.ReceiveAsync(first.GetStream());

        secondClosed.Should().BeTrue();
        reply.Addresses.Should().Equal("192.0.2.1");
    }

    [Fact]
    public async Task A_client_that_does_not_read_stops_being_read_and_is_closed()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"),
            q => [q.IsTcp ? q.Reply([.. Enumerable.Range(0, 2000).Select(i => Msg.A(q.Name, $"192.0.{i / 250}.{i % 250}"))]) : Msg.Response(q.Message, extraFlags: 0x200)],
            o => o with { TcpIdleTimeout = TimeSpan.FromMilliseconds(300), MaxTcpQueriesPerConnection = 4 });
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(test.Proxy.IPv4EndPoint);
        byte[] query = Msg.Query("example.test", DnsType.A);

        Func<Task> flood = async () =>
        {
            while (true)
            {
                await client.SendAsync((byte[])[.. Msg.U16(query.Length), .. query]);
            }
        };

        await flood.Should().ThrowAsync<SocketException>();
        test.Proxy.Counters.TcpClosed.Should().Be(1);
    }
}
