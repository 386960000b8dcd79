using System.Net;
using System.Net.Sockets;
using EbpfFirewall.TestKit.Commands;
using EbpfFirewall.TestKit.Lab;

namespace EbpfFirewall.TestKit.Servers;

/// <summary>A real server program in the foreground, ended by its pid.</summary>
internal static class ServerProcess
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(15);

    /// <summary>Starts it and waits until it accepts TCP on all of the given addresses.</summary>
    internal static async Task<RunningCommand> StartAsync(NetworkNamespace where, Command command, params IPEndPoint[] listens)
    {
        RunningCommand server = RunningCommand.Start(where.Enter(command));
        try
        {
            foreach (IPEndPoint endPoint in listens)
            {
                await WaitUntilAcceptingAsync(where, server, endPoint);
            }
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    private static async Task WaitUntilAcceptingAsync(NetworkNamespace where, RunningCommand server, IPEndPoint endPoint)
    {
        using CancellationTokenSource limit = new(StartLimit);
        while (true)
        {
            using Socket socket = where.Run(() => new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
            try
            {
                await socket.ConnectAsync(endPoint, limit.Token);
                return;
            }
            catch (SocketException) when (!server.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), limit.Token);
            }
            catch (SocketException)
            {
                throw new InvalidOperationException($"The server ended at its start.\n{await server.WaitAsync()}");
            }
        }
    }
}
