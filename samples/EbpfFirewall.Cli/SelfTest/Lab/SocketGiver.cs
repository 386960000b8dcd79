using EbpfFirewall.Cli.SelfTest.Interop;

namespace EbpfFirewall.Cli.SelfTest.Lab;

/// <summary>A service outside that hands a fresh socket to whoever connects: a TCP one, or with the first byte <c>u</c> a UDP one.</summary>
internal sealed class SocketGiver : IDisposable
{
    private readonly int _listener;

    public SocketGiver(string path)
    {
        _listener = (int)Linux.Socket(Net.Unix, Net.Stream);
        Linux.Bind(_listener, Net.UnixAddress(path));
        Linux.Listen(_listener);
        File.SetUnixFileMode(path, (UnixFileMode)0b111_111_111);
        new Thread(Serve) { IsBackground = true, Name = "giver" }.Start();
    }

    public void Dispose() => Linux.Close(_listener);

    private void Serve()
    {
        while (true)
        {
            long peer = Linux.Accept(_listener);
            if (peer < 0)
            {
                return;
            }

            Linux.BeQuick((int)peer);
            byte[] wish = new byte[1];
            Linux.Receive((int)peer, wish);
            int socket = (int)Linux.Socket(Net.V4, wish[0] == 'u' ? Net.Datagram : Net.Stream);
            Messages.Send((int)peer, [0], null, Messages.Descriptor(socket));
            Linux.Close(socket);
            Linux.Close((int)peer);
        }
    }
}
