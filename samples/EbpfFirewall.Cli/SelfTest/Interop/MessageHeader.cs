using System.Runtime.InteropServices;

namespace EbpfFirewall.Cli.SelfTest.Interop;

/// <summary>struct msghdr, and behind it the length that sendmmsg(2) returns.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public byte* Name;
    public uint NameLength;
    public Vector* Vectors;
    public nuint VectorCount;
    public byte* Control;
    public nuint ControlLength;
    public int Flags;
    public uint Padding;

    /// <summary>What was sent; of struct mmsghdr.</summary>
    public uint Length;
    public uint MorePadding;

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Vector
    {
        public byte* Base;
        public nuint Length;
    }
}
