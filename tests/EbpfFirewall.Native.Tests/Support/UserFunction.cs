using System.Globalization;
using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Tests.Support;

/// <summary>A function of the C library as uprobes name it: a file and an offset.</summary>
internal sealed unsafe class UserFunction
{
    private readonly nint _address;

    private UserFunction(nint address, string path, long offset)
    {
        _address = address;
        Path = path;
        Offset = offset;
    }

    internal string Path { get; }

    internal long Offset { get; }

    /// <summary>Finds one that takes nothing and returns a number.</summary>
    internal static UserFunction Find(string name)
    {
        nint address = NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), name);
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            // 7f1200000000-7f1200028000 r-xp 00028000 08:01 1234   /lib/libc.so.6
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string[] range = fields[0].Split('-');
            long start = long.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (fields.Length == 6 && address >= start && address < long.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture))
            {
                return new UserFunction(address, fields[5], address - start + long.Parse(fields[2], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            }
        }

        throw new InvalidOperationException($"no file is mapped where {name} is");
    }

    internal int Call() => ((delegate* unmanaged<int>)_address)();
}
