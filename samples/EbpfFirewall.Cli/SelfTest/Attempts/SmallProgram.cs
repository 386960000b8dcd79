using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using EbpfFirewall.Cli.SelfTest.Interop;

namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>A program of a few instructions, without libc or loader: socket, sendto, exit with the error number.</summary>
internal static class SmallProgram
{
    private const ulong Base = 0x400000;
    private const int HeaderBytes = 120;
    private const int CodeBytes = 72;

    public static byte[] SendDatagram(IPAddress address, int port, string text)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            throw new PlatformNotSupportedException("the small program is for x64");
        }

        byte[] data = Encoding.ASCII.GetBytes(text);
        uint dataAt = (uint)Base + HeaderBytes + CodeBytes;
        byte[] code =
        [
            0xb8, 41, 0, 0, 0,                                    // mov eax, socket
            0xbf, Net.V4, 0, 0, 0,                                // mov edi, AF_INET
            0xbe, Net.Datagram, 0, 0, 0,                          // mov esi, SOCK_DGRAM
            0x31, 0xd2,                                           // xor edx, edx
            0x0f, 0x05,                                           // syscall
            0x89, 0xc7,                                           // mov edi, eax
            0xbe, .. BitConverter.GetBytes(dataAt + 16),          // mov esi, text
            0xba, .. BitConverter.GetBytes(data.Length),          // mov edx, length
            0x45, 0x31, 0xd2,                                     // xor r10d, r10d
            0x41, 0xb8, .. BitConverter.GetBytes(dataAt),         // mov r8d, address
            0x41, 0xb9, 16, 0, 0, 0,                              // mov r9d, 16
            0xb8, 44, 0, 0, 0,                                    // mov eax, sendto
            0x0f, 0x05,                                           // syscall
            0x89, 0xc7,                                           // mov edi, eax
            0xf7, 0xdf,                                           // neg edi
            0xb8, 60, 0, 0, 0,                                    // mov eax, exit
            0x0f, 0x05,                                           // syscall
        ];
        byte[] body = [.. code, .. new byte[CodeBytes - code.Length], .. Net.Address(address, port), .. data];
        ulong size = (ulong)(HeaderBytes + body.Length);
        return
        [
            // elf(5): a 64-bit executable with one segment, all of the file.
            0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, .. new byte[9], 2, 0, 62, 0, 1, 0, 0, 0,
            .. BitConverter.GetBytes(Base + HeaderBytes), .. BitConverter.GetBytes(64UL), .. new byte[8], 0, 0, 0, 0,
            64, 0, 56, 0, 1, 0, 0, 0, 0, 0, 0, 0,
            1, 0, 0, 0, 5, 0, 0, 0, .. new byte[8], .. BitConverter.GetBytes(Base), .. BitConverter.GetBytes(Base),
            .. BitConverter.GetBytes(size), .. BitConverter.GetBytes(size), 0, 16, 0, 0, 0, 0, 0, 0,
            .. body,
        ];
    }
}
