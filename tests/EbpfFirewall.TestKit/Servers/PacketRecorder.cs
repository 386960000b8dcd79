using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using EbpfFirewall.TestKit.Interop;
using EbpfFirewall.TestKit.Lab;

namespace EbpfFirewall.TestKit.Servers;

/// <summary>
/// Sees every packet that leaves the client's namespace, whatever its protocol: the oracle for "nothing got out".
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
public sealed class PacketRecorder : IDisposable
{
    private const int ReceiveBufferBytes = 16 << 20;
    private const int DiscardPort = 9;
    private const int PollMilliseconds = 200;

    private readonly Lock _lock = new();
    private readonly List<RecordedPacket> _packets = [];
    private readonly Socket _socket;
    private readonly Socket _marker;
    private readonly byte[] _clientMac;
    private readonly Thread _thread;
    private long _lastMark;
    private (byte[] Token, TaskCompletionSource Seen)? _expected;

    private PacketRecorder(Socket socket, Socket marker, PhysicalAddress clientMac)
    {
        _socket = socket;
        _marker = marker;
        _clientMac = clientMac.GetAddressBytes();
        _thread = new Thread(Receive) { IsBackground = true, Name = nameof(PacketRecorder) };
        _thread.Start();
    }

    /// <summary>Starts to listen on the world's side.</summary>
    internal static PacketRecorder Start(NetworkNamespace world, NetworkNamespace client, PhysicalAddress clientMac)
    {
        ushort everything = BinaryPrimitives.ReverseEndianness((ushort)LibC.ETH_P_ALL);
        Socket socket = world.Run(() => new Socket(AddressFamily.Packet, SocketType.Raw, (ProtocolType)everything));
        socket.SetRawSocketOption(LibC.SOL_SOCKET, LibC.SO_RCVBUFFORCE, BitConverter.GetBytes(ReceiveBufferBytes));

        // Closing such a socket does not wake who waits in it, so nobody waits for long.
        socket.ReceiveTimeout = PollMilliseconds;
        Socket marker = client.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        return new PacketRecorder(socket, marker, clientMac);
    }

    /// <summary>How many packets there are once everything sent before this call has been recorded.</summary>
    public async Task<int> MarkAsync()
    {
        byte[] token = new byte[16];
        Random.Shared.NextBytes(token);
        TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        BinaryPrimitives.WriteInt64LittleEndian(token, Interlocked.Increment(ref _lastMark));
        lock (_lock)
        {
            _expected = (token, seen);
        }

        await _marker.SendToAsync(token, new IPEndPoint(IPAddress.Parse(World.Gateway.V4), DiscardPort));
        await seen.Task.WaitAsync(TimeSpan.FromSeconds(5));
        lock (_lock)
        {
            return _packets.Count;
        }
    }

    /// <summary>What left the client after a mark, the kernel's own housekeeping aside.</summary>
    public async Task<RecordedPacket[]> SinceAsync(int mark, Func<RecordedPacket, bool> filter)
    {
        int end = await MarkAsync();
        lock (_lock)
        {
            return [.. _packets.Take(end).Skip(mark).Where(packet => !packet.IsHousekeeping && filter(packet))];
        }
    }

    /// <summary>What was sent to a host after a mark.</summary>
    public Task<RecordedPacket[]> SinceAsync(int mark, LabHost host) => SinceAsync(mark, packet => host.Is(packet.Destination));

    public void Dispose()
    {
        _socket.Dispose();
        _marker.Dispose();
        _thread.Join();
    }

    private void Receive()
    {
        byte[] frame = new byte[65536];
        while (true)
        {
            int bytes;
            try
            {
                bytes = _socket.Receive(frame);
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
            {
                continue;
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }

            // Bytes 6 to 11 are the sender: only what comes from the client counts.
            if (bytes < 14 || !frame.AsSpan(6, 6).SequenceEqual(_clientMac))
            {
                continue;
            }

            if (RecordedPacket.Parse(frame.AsSpan(0, bytes)) is { } packet)
            {
                Add(packet);
            }
        }
    }

    private void Add(RecordedPacket packet)
    {
        lock (_lock)
        {
            if (_expected is { } expected
                && packet.DestinationPort == DiscardPort
                && packet.Payload.AsSpan().EndsWith(expected.Token))
            {
                expected.Seen.TrySetResult();
                _expected = null;
                return;
            }

            _packets.Add(packet);
        }
    }
}
