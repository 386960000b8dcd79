using System.Runtime.InteropServices;

namespace EbpfFirewall.Cli.SelfTest.Interop;

/// <summary>
/// The system calls of attempts, raw: what an attack does must not be smoothed by a library. Each returns a result, or a negated errno(3).
/// </summary>
internal static unsafe partial class Linux
{
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    public static long Do(int number, nint a = 0, nint b = 0, nint c = 0, nint d = 0, nint e = 0, nint f = 0)
    {
        nint result = SystemCall(number, a, b, c, d, e, f);
        return result == -1 ? -Marshal.GetLastPInvokeError() : result;
    }

    public static long Socket(int family, int type, int protocol = 0) => Do(Call.Socket, family, type | Net.CloseOnExec, protocol);

    public static long Close(int fd) => Do(Call.Close, fd);

    public static long Connect(int fd, byte[] address) => WithAddress(Call.Connect, fd, address);

    public static long Bind(int fd, byte[] address) => WithAddress(Call.Bind, fd, address);

    public static long Listen(int fd) => Do(Call.Listen, fd, 8);

    public static long Accept(int fd) => Do(Call.Accept, fd);

    public static long Write(int fd, byte[] data)
    {
        fixed (byte* bytes = data)
        {
            return Do(Call.Write, fd, (nint)bytes, data.Length);
        }
    }

    public static long Send(int fd, byte[] data, int flags = 0) => SendTo(fd, data, null, flags);

    public static long SendTo(int fd, byte[] data, byte[]? address, int flags = 0)
    {
        fixed (byte* bytes = data)
        fixed (byte* to = address)
        {
            return Do(Call.SendTo, fd, (nint)bytes, data.Length, flags | Net.NoSignal, (nint)to, address?.Length ?? 0);
        }
    }

    public static long Receive(int fd, byte[] buffer, int flags = 0)
    {
        fixed (byte* bytes = buffer)
        {
            return Do(Call.ReceiveFrom, fd, (nint)bytes, buffer.Length, flags);
        }
    }

    public static long SetOption(int fd, int level, int name, byte[] value)
    {
        fixed (byte* bytes = value)
        {
            return Do(Call.SetSocketOption, fd, level, name, (nint)bytes, value.Length);
        }
    }

    public static long SetOption(int fd, int level, int name, int value) => SetOption(fd, level, name, BitConverter.GetBytes(value));

    /// <summary>Bounds what would wait for the network, and ends connections without a trace when they are closed.</summary>
    public static void BeQuick(int fd)
    {
        SetOption(fd, Net.SolSocket, Net.SendTimeout, Timeout);
        SetOption(fd, Net.SolSocket, Net.ReceiveTimeout, Timeout);
        SetOption(fd, Net.SolSocket, Net.Linger, [1, 0, 0, 0, 0, 0, 0, 0]);
    }

    public static long Open(string path, int flags)
    {
        fixed (byte* name = Text(path))
        {
            return Do(Call.OpenAt, -100, (nint)name, flags | 0x80000, 0x180);
        }
    }

    public static long Control(int fd, uint request, byte[] argument)
    {
        fixed (byte* bytes = argument)
        {
            return Do(Call.IoControl, fd, (nint)request, (nint)bytes);
        }
    }

    public static long Mount(string source, string target, string type, int flags)
    {
        fixed (byte* from = Text(source))
        fixed (byte* to = Text(target))
        fixed (byte* name = Text(type))
        {
            return Do(Call.Mount, (nint)from, (nint)to, (nint)name, flags);
        }
    }

    /// <summary>A call with one block of memory and its size, as <c>bpf(2)</c> has it.</summary>
    public static long WithBlock(int number, nint first, byte[] block)
    {
        fixed (byte* bytes = block)
        {
            return Do(number, first, (nint)bytes, block.Length);
        }
    }

    public static byte[] Text(string text) => [.. System.Text.Encoding.UTF8.GetBytes(text), 0];

    private static byte[] Timeout { get; } = [.. BitConverter.GetBytes(0L), .. BitConverter.GetBytes(700_000L)]; // seconds, microseconds

    private static long WithAddress(int number, int fd, byte[] address)
    {
        fixed (byte* bytes = address)
        {
            return Do(number, fd, (nint)bytes, address.Length);
        }
    }
}
