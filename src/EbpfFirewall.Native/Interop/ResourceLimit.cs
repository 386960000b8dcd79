using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary><c>struct rlimit</c> of 64-bit Linux; all ones is infinity.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ResourceLimit(ulong Soft, ulong Hard);
