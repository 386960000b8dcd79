namespace EbpfFirewall.Cli.SelfTest.Interop;

/// <summary>sendmsg(2), sendmmsg(2) and recvmsg(2).</summary>
internal static unsafe class Messages
{
    public static long Send(int fd, byte[] data, byte[]? address, byte[]? control = null, int flags = 0)
    {
        fixed (byte* bytes = data)
        fixed (byte* to = address)
        fixed (byte* more = control)
        {
            var vector = new MessageHeader.Vector { Base = bytes, Length = (nuint)data.Length };
            var header = new MessageHeader
            {
                Name = to, NameLength = (uint)(address?.Length ?? 0), Vectors = &vector, VectorCount = 1, Control = more, ControlLength = (nuint)(control?.Length ?? 0),
            };
            return Linux.Do(Call.SendMessage, fd, (nint)(&header), flags | Net.NoSignal);
        }
    }

    /// <summary>The same datagram to several destinations in one call; how many it was sent to.</summary>
    public static long SendToAll(int fd, byte[] data, byte[][] addresses)
    {
        const int HeaderBytes = 64;
        byte* headers = stackalloc byte[HeaderBytes * addresses.Length];
        byte* names = stackalloc byte[32 * addresses.Length];
        fixed (byte* bytes = data)
        {
            var vector = new MessageHeader.Vector { Base = bytes, Length = (nuint)data.Length };
            for (int i = 0; i < addresses.Length; i++)
            {
                addresses[i].CopyTo(new Span<byte>(names + (32 * i), 32));
                *(MessageHeader*)(headers + (HeaderBytes * i)) = new MessageHeader
                {
                    Name = names + (32 * i), NameLength = (uint)addresses[i].Length, Vectors = &vector, VectorCount = 1,
                };
            }

            return Linux.Do(Call.SendMessages, fd, (nint)headers, addresses.Length, Net.NoSignal);
        }
    }

    /// <summary>Receives one descriptor over a unix socket; a negated error number when none came.</summary>
    public static long ReceiveDescriptor(int fd)
    {
        byte* control = stackalloc byte[64];
        byte one;
        var vector = new MessageHeader.Vector { Base = &one, Length = 1 };
        var header = new MessageHeader { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = 64 };
        long result = Linux.Do(Call.ReceiveMessage, fd, (nint)(&header), 0);
        return result < 0 ? result : header.ControlLength >= 20 ? *(int*)(control + 16) : -Errno.ENOENT;
    }

    /// <summary>The control message that carries a descriptor, SCM_RIGHTS.</summary>
    public static byte[] Descriptor(int fd) =>
        [.. BitConverter.GetBytes(20L), .. BitConverter.GetBytes(Net.SolSocket), .. BitConverter.GetBytes(1), .. BitConverter.GetBytes(fd), 0, 0, 0, 0];
}
