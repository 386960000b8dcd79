using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.BtfModel;

/// <summary><c>struct bpf_line_info</c>.</summary>
/// <param name="Index">The instruction.</param>
/// <param name="FileName">String offset.</param>
/// <param name="Text">String offset of the source line.</param>
/// <param name="Column">Line number above ten bits of column.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct LineRecord(uint Index, uint FileName, uint Text, uint Column);
