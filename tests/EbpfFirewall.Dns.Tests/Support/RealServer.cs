using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Tests.Support;

/// <summary>A name server of the system, on a port of the loopback interface that was free a moment ago.</summary>
internal sealed class RealServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly string? _directory;

    private RealServer(Process process, IPEndPoint endPoint, string? directory)
    {
        _process = process;
        EndPoint = endPoint;
        _directory = directory;
    }

    internal IPEndPoint EndPoint { get; }

    internal static Task<RealServer> StartDnsmasqAsync(params string[] records)
    {
        IPEndPoint endPoint = FreeEndPoint();
        return StartAsync(
            endPoint,
            null,
            "/usr/sbin/dnsmasq",
            [
                "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root", "--pid-file=", "--bind-interfaces",
                $"--listen-address={endPoint.Address}", $"--port={endPoint.Port}", "--local=/test/", .. records,
            ]);
    }

    internal static async Task<RealServer> StartUnboundAsync(params string[] localData)
    {
        IPEndPoint endPoint = FreeEndPoint();
        string directory = Directory.CreateTempSubdirectory("efw-unbound-").FullName;
        string config = Path.Combine(directory, "unbound.conf");
        await File.WriteAllTextAsync(
            config,
            $"""
            server:
              interface: {endPoint.Address}@{endPoint.Port}
              do-daemonize: no
              username: ""
              chroot: ""
              directory: "{directory}"
              pidfile: ""
              use-syslog: no
              logfile: "{directory}/log"
              module-config: "iterator"
              local-zone: "test." static
              {string.Join("\n  ", localData.Select(d => $"local-data: \"{d}\""))}
            """);
        return await StartAsync(endPoint, directory, "/usr/sbin/unbound", ["-d", "-c", config]);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        if (_directory is not null)
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    private static async Task<RealServer> StartAsync(IPEndPoint endPoint, string? directory, string path, string[] arguments)
    {
        Process process = Process.Start(new ProcessStartInfo(path, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        RealServer server = new(process, endPoint, directory);
        try
        {
            await WaitUntilItAnswersAsync(server);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks until there is an answer: each question waits for a moment, or fails at once while nobody listens.</summary>
    private static async Task WaitUntilItAnswersAsync(RealServer server)
    {
        using CancellationTokenSource patience = new(Patience);
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(server.EndPoint);
        while (true)
        {
            patience.Token.ThrowIfCancellationRequested();
            server._process.HasExited.Should().BeFalse("the server runs");
            using CancellationTokenSource attempt = CancellationTokenSource.CreateLinkedTokenSource(patience.Token);
            attempt.CancelAfter(TimeSpan.FromMilliseconds(100));
            try
            {
                await socket.SendAsync(Msg.Query("ready.test", DnsType.A), attempt.Token);
                await socket.ReceiveAsync(new byte[512], attempt.Token);
                return;
            }
            catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !patience.IsCancellationRequested))
            {
            }
        }
    }

    private static IPEndPoint FreeEndPoint()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
