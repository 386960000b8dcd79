using System.Runtime.CompilerServices;
using System.Text;

namespace EbpfFirewall.Native.Interop;

/// <summary>A <c>char[BPF_OBJ_NAME_LEN]</c>: at most 15 of <c>[A-Za-z0-9_.]</c> and a NUL.</summary>
[InlineArray(Capacity)]
internal struct KernelObjectName
{
    internal const int Capacity = 16;

    private byte _first;

    /// <summary>The nearest name that the kernel takes: other characters become '_', what is too long is cut.</summary>
    internal static KernelObjectName From(string name)
    {
        KernelObjectName result = default;
        int length = 0;
        foreach (char c in name)
        {
            if (length == Capacity - 1)
            {
                break;
            }

            result[length++] = char.IsAsciiLetterOrDigit(c) || c is '_' or '.' ? (byte)c : (byte)'_';
        }

        return result;
    }

    public override readonly string ToString()
    {
        ReadOnlySpan<byte> bytes = this;
        int end = bytes.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
