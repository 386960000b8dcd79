using System.Globalization;

namespace EbpfFirewall.Policies.Parsing;

/// <summary>A duration in a rule: a whole number, 1 or more, and its unit.</summary>
internal static class RuleDuration
{
    internal static bool IsValid(ReadOnlySpan<char> text) =>
        text.Length is >= 2 and <= 8
        && text[^1] is 's' or 'm' or 'h' or 'd'
        && !text[..^1].ContainsAnyExceptInRange('0', '9')
        && text[0] != '0';

    /// <summary>Reads a valid one.</summary>
    internal static TimeSpan Parse(ReadOnlySpan<char> text)
    {
        long number = long.Parse(text[..^1], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds(number * (text[^1] switch
        {
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => 1,
        }));
    }
}
