using System.Globalization;
using EbpfFirewall.Native.CoRe;

namespace EbpfFirewall.Native;

/// <summary>The useful lines of a verifier log.</summary>
internal sealed record VerifierReport(string Reason, string? SourceLine, string? Suggestion)
{
    // What the kernel prints after the reason.
    private static readonly string[] Statistics =
        ["processed ", "verification time ", "stack depth ", "max_states_per_insn ", "total_states ", "insns_state"];

    /// <summary>Finds reason and place in either form of log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="poisoned">Descriptions of the CO-RE relocations that could not be satisfied, by number.</param>
    internal static VerifierReport From(string log, IReadOnlyDictionary<int, string> poisoned)
    {
        string[] lines = log.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        // From 7.3 on the log ends with a block of labelled lines.
        string? reason = Labelled(lines, "Reason:");
        string? source = Labelled(lines, "At:");
        string? suggestion = Labelled(lines, "Suggestion:");
        int last = Array.FindLastIndex(lines, static l => !IsNoise(l));
        reason ??= last < 0 ? "the verifier gave no reason" : lines[last];
        source ??= last < 0 ? null : SourceBefore(lines, last);
        return new VerifierReport(Translate(reason, poisoned), source, suggestion);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        string text = $"The verifier says: {Reason}";
        text = SourceLine is null ? text : $"{text} - at: {SourceLine}";
        return Suggestion is null ? text : $"{text} - {Suggestion}";
    }

    private static bool IsNoise(string line) =>
        line.StartsWith(';') || Array.Exists(Statistics, s => line.StartsWith(s, StringComparison.Ordinal));

    private static string? Labelled(string[] lines, string label)
    {
        string? line = Array.FindLast(lines, l => l.StartsWith(label, StringComparison.OrdinalIgnoreCase));
        string? text = line?[label.Length..].Trim();
        return string.IsNullOrEmpty(text) ? null : text;
    }

    private static string? SourceBefore(string[] lines, int last)
    {
        int at = Array.FindLastIndex(lines, last, static l => l.StartsWith(';'));
        return at < 0 ? null : lines[at].TrimStart(';').Trim();
    }

    /// <summary>"invalid func unknown#195896083" means: the third relocation had nothing to refer to.</summary>
    private static string Translate(string reason, IReadOnlyDictionary<int, string> poisoned)
    {
        const string Marker = "unknown#";
        int at = reason.IndexOf(Marker, StringComparison.Ordinal);
        if (at < 0)
        {
            return reason;
        }

        ReadOnlySpan<char> digits = reason.AsSpan(at + Marker.Length);
        int end = digits.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(end < 0 ? digits : digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out int helper)
            && poisoned.TryGetValue(helper - CorePatcher.Poison, out string? description)
            ? $"the kernel's types do not have what a CO-RE relocation asks for: {description} ({reason})"
            : reason;
    }
}
