using System.Runtime.InteropServices;
using EbpfFirewall.Native.BtfModel;

namespace EbpfFirewall.Native.Maps;

/// <summary>The least type information that the kernel wants of a local storage map: an int for the key, bytes for the value.</summary>
internal static class StorageTypes
{
    /// <summary>Id of <c>int</c>.</summary>
    internal const uint Key = 1;

    /// <summary>Id of <c>char[size]</c>.</summary>
    internal const uint Value = 3;

    internal static SafeBtfHandle? Load(int valueSize, BpfToken? token)
    {
        const uint Integer = (uint)BtfKind.Integer << 24;
        const uint Name = 1;
        uint[] types = [
            Name, Integer, 4, (1u << 24) | 32,
            Name, Integer, 1, 8,
            0, (uint)BtfKind.Array << 24, 0, 2, Key, (uint)valueSize];
        byte[] strings = [0, .. "int\0"u8];
        byte[] blob = new byte[BtfLayout.HeaderSize];
        MemoryMarshal.Write(blob, BtfLayout.Magic);
        blob[2] = 1;
        MemoryMarshal.Write(blob.AsSpan(4), BtfLayout.HeaderSize);
        MemoryMarshal.Write(blob.AsSpan(12), types.Length * sizeof(uint));
        MemoryMarshal.Write(blob.AsSpan(16), types.Length * sizeof(uint));
        MemoryMarshal.Write(blob.AsSpan(20), strings.Length);
        return BtfLoader.Load(Btf.Parse((byte[])[.. blob, .. MemoryMarshal.AsBytes(types.AsSpan()), .. strings]), token);
    }
}
