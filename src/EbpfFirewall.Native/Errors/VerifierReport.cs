using System.Globalization;
using EbpfFirewall.Native.CoRe;

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
    /// <param name="poisoned">Descriptions of the CO-RE relocations that could not be satisfied, by number.</param>
    internal static VerifierReport From(string log, IReadOnlyDictionary<int, string> poisoned)
    {
        string[] lines = log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int block = Array.FindLastIndex(lines, static l => l.StartsWith(Block, StringComparison.Ordinal));
        string[] told = Array.ConvertAll(block < 0 ? lines : lines[..block], static l => l.Trim());
        int last = Array.FindLastIndex(told, static l => !IsNoise(l));
        string? source = last < 0 ? null : SourceBefore(told, last);
        if (block < 0)
        {
            return new VerifierReport(last < 0 ? "the verifier gave no reason" : Translate(told[last], poisoned), source, null);
        }

        string reason = last < 0 ? lines[block][Block.Length..].Trim() : told[last];
        string explanation = string.Join(' ', Section(lines, block, "Reason:").Concat(Section(lines, block, "Suggestion:")));
        return new VerifierReport(Translate(reason, poisoned), source, explanation.Length == 0 ? null : explanation);
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
