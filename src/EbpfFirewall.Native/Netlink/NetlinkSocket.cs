using System.Runtime.InteropServices;
using System.Text;
using EbpfFirewall.Native.Interop;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native.Netlink;

/// <summary>
/// A netlink conversation: one request, then answers until the acknowledgement. Made in the network namespace of the calling thread.
/// Not safe for concurrent use; one owner.
/// </summary>
internal sealed class NetlinkSocket : IDisposable
{
    internal const int Route = 0;
    internal const int SocketDiagnosis = 4;

    private const ushort ErrorType = 2;
    private const ushort DoneType = 3;
    private const ushort DumpInterrupted = 0x10;
    private const int MostAttempts = 10;

    private readonly SafeFileHandle _socket;
    private readonly byte[] _buffer = new byte[64 << 10];
    private uint _sequence;

    internal NetlinkSocket(int protocol)
    {
        const int NetlinkLevel = 270;
        const int CapAck = 10;
        const int ExtendedAck = 11;
        const int StrictCheck = 12;
        _socket = LibC.CreateNetlinkSocket(protocol);

        // Old kernels lack some of these; then there is less text in errors, no more.
        _ = LibC.SetSocketOption(_socket, NetlinkLevel, CapAck, 1);
        _ = LibC.SetSocketOption(_socket, NetlinkLevel, ExtendedAck, 1);
        _ = LibC.SetSocketOption(_socket, NetlinkLevel, StrictCheck, 1);
    }

    /// <summary>Sends a change and waits for its acknowledgement: the kernel's error and its own words for it.</summary>
    internal (Errno Error, string? Text) Change(NetlinkMessage message)
    {
        Errno error = Converse(message, static _ => { }, out string? text, out _);
        return (error, text);
    }

    /// <summary>All messages that answer a dump, without their headers. A dump that changes disturbed or that overflowed is taken again.</summary>
    internal List<byte[]> Dump(NetlinkMessage message, string operation)
    {
        for (int attempt = 0; ; attempt++)
        {
            List<byte[]> answers = [];
            Errno error = Converse(message, body => answers.Add(body), out string? text, out bool interrupted);
            bool again = interrupted || error is Errno.ENOBUFS or Errno.EINTR or Errno.EAGAIN;
            if (!again && error == Errno.None)
            {
                return answers;
            }

            if (!again || attempt == MostAttempts)
            {
                throw new BpfException(error == Errno.None ? Errno.EAGAIN : error, operation, text);
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private Errno Converse(NetlinkMessage message, Action<byte[]> answer, out string? text, out bool interrupted)
    {
        uint sequence = ++_sequence;
        text = null;
        interrupted = false;
        int sent = LibC.Write(_socket, message.Finish(sequence));
        if (sent < 0)
        {
            return (Errno)(-sent);
        }

        while (true)
        {
            int got = LibC.Read(_socket, _buffer);
            if (got < 0)
            {
                return (Errno)(-got);
            }

            ReadOnlySpan<byte> rest = _buffer.AsSpan(0, got);
            while (rest.Length >= NetlinkMessage.HeaderSize)
            {
                int length = MemoryMarshal.Read<int>(rest);
                if (length < NetlinkMessage.HeaderSize || length > rest.Length)
                {
                    return Errno.EIO;
                }

                ushort type = MemoryMarshal.Read<ushort>(rest[4..]);
                ushort flags = MemoryMarshal.Read<ushort>(rest[6..]);
                ReadOnlySpan<byte> body = rest[NetlinkMessage.HeaderSize..length];

                // Answers to an earlier, given up request are passed over.
                if (MemoryMarshal.Read<uint>(rest[8..]) == sequence)
                {
                    interrupted |= (flags & DumpInterrupted) != 0;
                    if (type is ErrorType or DoneType)
                    {
                        int error = body.Length >= 4 ? -MemoryMarshal.Read<int>(body) : 0;
                        text = ExtendedText(type, flags, body);
                        return (Errno)Math.Max(error, 0);
                    }

                    answer(body.ToArray());
                }

                rest = rest[Math.Min(rest.Length, (length + 3) & ~3)..];
            }
        }
    }

    /// <summary>NLMSGERR_ATTR_MSG: behind the error, and behind the request's header, which NETLINK_CAP_ACK leaves in.</summary>
    private static string? ExtendedText(ushort type, ushort flags, ReadOnlySpan<byte> body)
    {
        const ushort HasAttributes = 0x200;
        const ushort IsCapped = 0x100;
        if (type != ErrorType || (flags & HasAttributes) == 0 || body.Length < 20)
        {
            return null;
        }

        int request = (flags & IsCapped) != 0 ? NetlinkMessage.HeaderSize : (MemoryMarshal.Read<int>(body[4..]) + 3) & ~3;
        return 4 + request <= body.Length && NetlinkMessage.ParseAttributes(body[(4 + request)..]).TryGetValue(1, out byte[]? message)
            ? $"The kernel says: {Encoding.UTF8.GetString(message).TrimEnd('\0')}."
            : null;
    }
}
