using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.BtfModel;

/// <summary><c>struct bpf_func_info</c>.</summary>
/// <param name="Index">First instruction of the function.</param>
/// <param name="TypeId">The function's type.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct FunctionRecord(uint Index, int TypeId);
