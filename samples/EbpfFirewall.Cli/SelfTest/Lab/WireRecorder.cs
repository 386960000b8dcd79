using System.Net;
using System.Net.Sockets;
using System.Text;
using EbpfFirewall.Cli.SelfTest.Interop;
using EbpfFirewall.Native;

namespace EbpfFirewall.Cli.SelfTest.Lab;

/// <summary>Everything that comes out of the inside, taken from the wire by a packet socket.</summary>
internal sealed class WireRecorder : IDisposable
{
    private const int AllProtocols = 0x0003;
    private const int Outgoing = 4;
    private const int KeptFrames = 200_000;
    private readonly int _socket;
    private readonly List<Frame> _frames = [];
    private readonly Thread _thread;
    private readonly Socket _marks = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private volatile bool _stopping;
    private int _mark;

    private WireRecorder(int socket)
    {
        _socket = socket;
        _thread = new Thread(Read) { IsBackground = true, Name = "wire" };
        _thread.Start();
    }

    public static WireRecorder Start(NetworkNamespace outside) => new(outside.Run(() =>
    {
        int socket = (int)Linux.Socket(Net.Packet, Net.Raw, (AllProtocols << 8) & 0xffff);
        Linux.SetOption(socket, Net.SolSocket, 33, 16 << 20); // SO_RCVBUFFORCE
        Linux.BeQuick(socket);
        Linux.Bind(socket, Net.LinkAddress(Net.InterfaceIndex(Places.OutsideLink), AllProtocols, new byte[6]));
        return socket;
    }));

    /// <summary>Where the record stands, once all that was sent before has arrived.</summary>
    public int Position()
    {
        byte[] mark = Encoding.ASCII.GetBytes($"efw-mark-{Environment.ProcessId}-{Interlocked.Increment(ref _mark)}.");
        _marks.SendTo(mark, new IPEndPoint(IPAddress.Parse(Places.Marks4), 9));
        int at = 0;
        SpinWait.SpinUntil(() => (at = Find(mark)) > 0, TimeSpan.FromSeconds(2));
        return at;
    }

    /// <summary>Frames between two positions.</summary>
    public IReadOnlyList<Frame> Between(int from, int to)
    {
        lock (_frames)
        {
            return [.. _frames.Skip(from).Take(Math.Max(0, to - from))];
        }
    }

    public void Dispose()
    {
        _stopping = true;
        _thread.Join();
        Linux.Close(_socket);
        _marks.Dispose();
    }

    private int Find(byte[] mark)
    {
        lock (_frames)
        {
            return _frames.FindLastIndex(frame => frame.Contains(mark)) + 1;
        }
    }

    private unsafe void Read()
    {
        byte[] buffer = new byte[70_000];
        byte[] from = new byte[20];
        while (!_stopping)
        {
            long size;
            int length = from.Length;
            fixed (byte* bytes = buffer)
            fixed (byte* address = from)
            {
                size = Linux.Do(Call.ReceiveFrom, _socket, (nint)bytes, buffer.Length, 0, (nint)address, (nint)(&length));
            }

            if (size <= 0 || from[10] == Outgoing)
            {
                continue;
            }

            lock (_frames)
            {
                if (_frames.Count < KeptFrames)
                {
                    _frames.Add(new Frame(buffer.AsSpan(0, (int)size)));
                }
            }
        }
    }
}
