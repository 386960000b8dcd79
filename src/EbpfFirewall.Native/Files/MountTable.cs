using System.Text;

namespace EbpfFirewall.Native.Files;

/// <summary>/proc/self/mountinfo, see proc_pid_mountinfo(5).</summary>
internal static class MountTable
{
    internal static List<MountEntry> Read() => Parse(File.ReadLines("/proc/self/mountinfo"));

    internal static List<MountEntry> Parse(IEnumerable<string> lines)
    {
        // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw: a variable number of fields before the dash.
        List<MountEntry> entries = [];
        foreach (string line in lines)
        {
            string[] fields = line.Split(' ');
            int dash = Array.IndexOf(fields, "-", Math.Min(6, fields.Length));
            if (dash > 0 && dash + 1 < fields.Length)
            {
                entries.Add(new MountEntry(Unescape(fields[3]), Unescape(fields[4]), fields[dash + 1]));
            }
        }

        return entries;
    }

    /// <summary>Space, tab, newline and backslash are written as three octal digits of a byte.</summary>
    internal static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal))
        {
            return field;
        }

        List<byte> bytes = new(field.Length);
        ReadOnlySpan<byte> source = Encoding.UTF8.GetBytes(field);
        for (int i = 0; i < source.Length; i++)
        {
            if (source[i] == '\\' && i + 3 < source.Length && IsOctal(source[i + 1]) && IsOctal(source[i + 2]) && IsOctal(source[i + 3]))
            {
                bytes.Add((byte)(((source[i + 1] - '0') << 6) | ((source[i + 2] - '0') << 3) | (source[i + 3] - '0')));
                i += 3;
            }
            else
            {
                bytes.Add(source[i]);
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static bool IsOctal(byte b) => b is >= (byte)'0' and <= (byte)'7';
}
