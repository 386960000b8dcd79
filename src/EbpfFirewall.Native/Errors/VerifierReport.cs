using System.Globalization;

namespace EbpfFirewall.Native;

/// <summary>The useful lines of a verifier log.</summary>
internal sealed record VerifierReport(string Reason, string? SourceLine, string? Suggestion)
{
    // What the kernel prints after the reason.
    private static readonly string[] Statistics =
        ["processed ", "verification time ", "stack depth ", "max_states_per_insn ", "total_states ", "insns_state"];

    /// <summary>Finds reason and place in either form of log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="poisoned">What is wrong with instructions that nothing could be put into, by their indexes.</param>
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
        return new VerifierReport(Translate(reason, lines, poisoned), source, suggestion);
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

    /// <summary>
    /// "invalid func unknown#195896080" after "12: (85) call unknown#195896080" means that instruction 12 stands for something that is
    /// not there.
    /// </summary>
    private static string Translate(string reason, string[] lines, IReadOnlyDictionary<int, string> poisoned)
    {
        const string Marker = "unknown#";
        if (!reason.Contains(Marker, StringComparison.Ordinal))
        {
            return reason;
        }

        string? call = Array.FindLast(lines, static l => l.Length > 0 && char.IsAsciiDigit(l[0]) && l.Contains(Marker, StringComparison.Ordinal));
        int colon = call?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        return colon > 0 && int.TryParse(call.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            && poisoned.TryGetValue(index, out string? description)
            ? $"{description} ({reason})"
            : reason;
    }
}
