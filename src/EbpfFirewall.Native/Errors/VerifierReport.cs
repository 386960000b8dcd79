using System.Globalization;

namespace EbpfFirewall.Native;

/// <summary>The useful lines of a verifier log.</summary>
/// <param name="Reason">What the verifier objects to, in the words that it has had for years.</param>
/// <param name="SourceLine">The source line, and from 6.9 on file and line number.</param>
/// <param name="Explanation">From 7.3 on: why, and what to do about it.</param>
internal sealed record VerifierReport(string Reason, string? SourceLine, string? Explanation)
{
    // From 7.3 on this begins a block of sections, each a label on a line of its own and indented lines.
    private const string Block = "Verification failed:";

    // What the kernel prints after the reason.
    private static readonly string[] Statistics =
        ["processed ", "verification time ", "stack depth ", "subprog ", "max_states_per_insn ", "total_states ", "insns_state"];

    /// <summary>Finds reason and place in either form of log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="poisoned">What is wrong with instructions that nothing could be put into, by their indexes.</param>
    internal static VerifierReport From(string log, IReadOnlyDictionary<int, string> poisoned)
    {
        string[] lines = log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int block = Array.FindLastIndex(lines, static l => l.StartsWith(Block, StringComparison.Ordinal));
        string[] told = Array.ConvertAll(block < 0 ? lines : lines[..block], static l => l.Trim());
        int last = Array.FindLastIndex(told, static l => !IsNoise(l));
        string? source = last < 0 ? null : SourceBefore(told, last);
        if (block < 0)
        {
            return new VerifierReport(last < 0 ? "the verifier gave no reason" : Translate(told[last], told, poisoned), source, null);
        }

        string reason = last < 0 ? lines[block][Block.Length..].Trim() : told[last];
        string explanation = string.Join(' ', Section(lines, block, "Reason:").Concat(Section(lines, block, "Suggestion:")));
        return new VerifierReport(Translate(reason, told, poisoned), source, explanation.Length == 0 ? null : explanation);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        string text = $"The verifier says: {Reason}";
        text = SourceLine is null ? text : $"{text} - at: {SourceLine}";
        return Explanation is null ? text : $"{text} - {Explanation}";
    }

    private static IEnumerable<string> Section(string[] lines, int block, string label)
    {
        int at = Array.FindIndex(lines, block, l => l.TrimEnd() == label);
        return at < 0 ? [] : lines.Skip(at + 1).TakeWhile(static l => l.StartsWith(' ')).Select(static l => l.Trim());
    }

    private static bool IsNoise(string line) =>
        line.Length == 0 || line.StartsWith(';') || Array.Exists(Statistics, s => line.StartsWith(s, StringComparison.Ordinal));

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
