using System.Globalization;

namespace EbpfFirewall.Native.Objects;

/// <summary>LINUX_VERSION_CODE of the running kernel. Distributions hide the real one in different places.</summary>
internal static class KernelVersion
{
    internal static int Code()
    {
        const string UbuntuFile = "/proc/version_signature";
        return Code(
            File.ReadAllText("/proc/sys/kernel/osrelease"),
            File.ReadAllText("/proc/sys/kernel/version"),
            File.Exists(UbuntuFile) ? File.ReadAllText(UbuntuFile) : "");
    }

    /// <summary>
    /// <c>Ubuntu 6.8.0-1.2-generic 6.8.12</c> ends with it, Debian's build string has <c>Debian 6.1.158-1</c> (its release is an ABI
    /// name such as 6.1.0-41), elsewhere the release begins with it.
    /// </summary>
    internal static int Code(string release, string version, string ubuntu)
    {
        string[] words = ubuntu.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words is [_, _, string last] && Parse(last) is { } fromUbuntu)
        {
            return fromUbuntu;
        }

        const string Debian = "Debian ";
        int at = version.IndexOf(Debian, StringComparison.Ordinal);
        return (at >= 0 ? Parse(version[(at + Debian.Length)..]) : null) ?? Parse(release) ?? 0;
    }

    private static int? Parse(string text)
    {
        Span<int> numbers = stackalloc int[3];
        numbers.Clear();
        int count = 0;
        ReadOnlySpan<char> rest = text;
        while (count < 3)
        {
            int length = rest.IndexOfAnyExceptInRange('0', '9');
            length = length < 0 ? rest.Length : length;
            if (length == 0 || !int.TryParse(rest[..length], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[count]))
            {
                break;
            }

            count++;
            if (length == rest.Length || rest[length] != '.')
            {
                break;
            }

            rest = rest[(length + 1)..];
        }

        return count < 2 ? null : (numbers[0] << 16) | (Math.Min(numbers[1], 255) << 8) | Math.Min(numbers[2], 255);
    }
}
