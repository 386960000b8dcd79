using System.Globalization;

namespace EbpfFirewall.Native.Maps;

/// <summary>What only /proc/self/fdinfo says about a map.</summary>
internal static class MapFdInfo
{
    internal static (long MemoryBytes, bool IsFrozen) Read(int fd) => Parse(File.ReadLines($"/proc/self/fdinfo/{fd}"));

    /// <summary>Lines such as <c>memlock:	8192</c> and <c>frozen:	1</c>; what is missing is 0.</summary>
    internal static (long MemoryBytes, bool IsFrozen) Parse(IEnumerable<string> lines)
    {
        long memory = 0;
        bool frozen = false;
        foreach (string line in lines)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            ReadOnlySpan<char> value = line.AsSpan(colon + 1).Trim();
            switch (colon < 0 ? "" : line[..colon])
            {
                case "memlock":
                    _ = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out memory);
                    break;
                case "frozen":
                    frozen = value is "1";
                    break;
                default:
                    break;
            }
        }

        return (memory, frozen);
    }
}
