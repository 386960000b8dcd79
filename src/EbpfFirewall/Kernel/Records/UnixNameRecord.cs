using System.Runtime.InteropServices;
using System.Text;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_unix_name</c> (efw_unix.h).</summary>
[KernelMirror("efw_unix_name"), StructLayout(LayoutKind.Sequential)]
internal struct UnixNameRecord
{
    public UnixText Text;
    public uint Length;
    public UnixKinds Kind;
    public byte Canonical;
    public ushort Reserved;

    /// <summary>As people write it: abstract names begin with <c>@</c>, and so do zeroes within them.</summary>
    public override readonly string ToString()
    {
        UnixText text = Text;
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes((ReadOnlySpan<ulong>)text);
        string name = Encoding.UTF8.GetString(bytes[..(int)Math.Min(Length, (uint)bytes.Length)]);
        return Kind == UnixKinds.Abstract ? "@" + name.Replace('\0', '@') : name;
    }
}
