using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_exe</c> (efw_flow.h): which of a policy's executables a file is.</summary>
/// <param name="Inode">Of the file, its address.</param>
/// <param name="Exes">Their numbers, <see cref="NumberBits"/> each.</param>
[KernelMirror("efw_exe"), StructLayout(LayoutKind.Sequential)]
internal readonly record struct ExecutableRecord(ulong Inode, ulong Exes)
{
    /// <summary><c>EFW_EXE_BITS</c> (efw_policy.h).</summary>
    public const int NumberBits = 16;

    /// <summary><c>EFW_EXE_MAX</c>: the highest number.</summary>
    public const ushort NumberMax = 0xfffe;

    /// <summary>Numbers that one file may have.</summary>
    public const int NumbersMax = 64 / NumberBits;
}
