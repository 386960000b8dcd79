using System.Globalization;
using System.Text;

namespace EbpfFirewall.Policies.Parsing;

/// <summary>
/// A label with characters outside ASCII, as its A-label. Takes what IDNA 2008 (RFC 5892) allows after lower-casing and needs no
/// further mapping; what does, a browser may spell otherwise, and has to be written as its A-label.
/// </summary>
internal static class InternationalLabel
{
    internal static bool TryEncode(RuleSlice label, out string ascii)
    {
        ascii = "";
        List<Rune> runes = [];
        Rune previous = default;
        for (int at = 0; at < label.Length;)
        {
            if (Rune.DecodeFromUtf16(label.Span[at..], out Rune rune, out int consumed) != System.Buffers.OperationStatus.Done)
            {
                return label.Fail(at, "half of a character", "write the name in its A-label form: xn--…");
            }

            rune = Rune.ToLowerInvariant(rune);
            if (!IsAllowed(rune) || Idna.Composes(previous, rune) || (runes.Count == 0 && IsMark(rune)))
            {
                return label.Fail(at, $"\"{rune}\" (U+{rune.Value:X4}) cannot stand here in a name as it is",
                    "write the name in its A-label form: xn--…");
            }

            runes.Add(rune);
            previous = rune;
            at += consumed;
        }

        if (runes[0].Value == '-' || runes[^1].Value == '-' || (runes.Count > 3 && runes[2].Value == '-' && runes[3].Value == '-'))
        {
            return label.Fail(0, "hyphens stand where IDNA forbids them", "write the name in its A-label form: xn--…");
        }

        ascii = "xn--" + Punycode.Encode([.. runes]);
        return true;
    }

    private static bool IsAllowed(Rune rune)
    {
        if (rune.IsAscii)
        {
            return char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value == '-';
        }

        return Rune.GetUnicodeCategory(rune) is UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.DecimalDigitNumber
            && !Idna.NeedsMapping(rune);
    }

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
