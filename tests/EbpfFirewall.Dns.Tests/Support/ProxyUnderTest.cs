using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Dns.Wire;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Tests.Support;

/// <summary>A proxy with a fake upstream and host, and clients for it.</summary>
internal sealed class ProxyUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private ProxyUnderTest(DnsProxy proxy, FakeHost host, FakeUpstream upstream)
    {
        Proxy = proxy;
        Host = host;
        Upstream = upstream;
    }

    internal DnsProxy Proxy { get; }

    internal FakeHost Host { get; }

    internal FakeUpstream Upstream { get; }

    internal static CompiledPolicy Policy(Action<FirewallPolicyBuilder> rules)
    {
        FirewallPolicyBuilder builder = new();
        rules(builder);
        return builder.Build().Compile();
    }

    /// <summary>Starts with an upstream that answers everything as <paramref name="answer"/> says.</summary>
    internal static async Task<ProxyUnderTest> StartAsync(
        Action<FirewallPolicyBuilder> rules,
        Func<UpstreamQuery, IEnumerable<byte[]>>? answer = null,
        Func<DnsProxyOptions, DnsProxyOptions>? configure = null)
    {
        FakeUpstream upstream = new(answer ?? (query => [query.Reply(Msg.A(query.Name, "192.0.2.1"))]));
        FakeHost host = new();
        DnsProxyOptions options = new() { Upstreams = [upstream.EndPoint] };
        DnsProxyHost services = new(new LoopbackListenerFactory(), host, host, host);
        DnsProxy proxy = await DnsProxy.StartAsync(services, Policy(rules), configure?.Invoke(options) ?? options);
        return new ProxyUnderTest(proxy, host, upstream);
    }

    internal Task<Reply> AskAsync(string name, DnsType type = DnsType.A) => AskAsync(Msg.Query(name, type));

    internal async Task<Reply> AskAsync(byte[] query, IPEndPoint? proxy = null)
    {
        using CancellationTokenSource timeout = new(Patience);
        using Socket socket = OpenUdp(proxy);
        await socket.SendAsync(query);
        return new Reply(await ReceiveAsync(socket, timeout.Token));
    }

    /// <summary>Sends a datagram, then a plain query from the same socket, and tells whether the first one was answered.</summary>
    internal async Task<bool> IsAnsweredAsync(byte[] message)
    {
        using CancellationTokenSource timeout = new(Patience);
        using Socket socket = OpenUdp(null);
        await socket.SendAsync(message);
        await socket.SendAsync(Msg.Query("localhost", DnsType.A, id: 0x7777));
        byte[] first = await ReceiveAsync(socket, timeout.Token);
        return BinaryPrimitives.ReadUInt16BigEndian(first) != 0x7777;
    }

    internal async Task<Reply> AskOverTcpAsync(byte[] query, IPEndPoint? proxy = null)
    {
        using TcpClient client = new();
        await client.ConnectAsync(proxy ?? Proxy.IPv4EndPoint);
        NetworkStream stream = client.GetStream();
        await SendAsync(stream, query);
        return await ReceiveAsync(stream);
    }

    internal static async Task SendAsync(Stream stream, byte[] message) =>
        await stream.WriteAsync((byte[])[.. Msg.U16(message.Length), .. message]);

    internal static async Task<Reply> ReceiveAsync(Stream stream)
    {
        using CancellationTokenSource timeout = new(Patience);
        byte[] length = new byte[2];
        await stream.ReadExactlyAsync(length, timeout.Token);
        byte[] message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(message, timeout.Token);
        return new Reply(message);
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Upstream.DisposeAsync();
    }

    private static async Task<byte[]> ReceiveAsync(Socket socket, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[65535];
        int length = await socket.ReceiveAsync(buffer, cancellationToken);
        return buffer[..length];
    }

    private Socket OpenUdp(IPEndPoint? proxy)
    {
        proxy ??= Proxy.IPv4EndPoint;
        Socket socket = new(proxy.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(proxy);
        return socket;
    }
}
