using System.Globalization;
using System.Text;

namespace EbpfFirewall.Policies;

/// <summary>Makes foreign text safe to print: nothing in it can move the cursor, end the line, or end a quoted value.</summary>
internal static class DisplayText
{
    /// <summary>
    /// Escapes control characters, line and paragraph separators, format characters (which reorder or hide text),
    /// lone surrogates, double quotes and backslashes. Everything else stands for itself.
    /// </summary>
    internal static string Escape(string text) => Escape(text, isQuoted: true);

    /// <summary>The same for text that does not stand in quotes: quotes and backslashes stay.</summary>
    internal static string EscapeSentence(string text) => Escape(text, isQuoted: false);

    private static string Escape(string text, bool isQuoted)
    {
        int clean = 0;
        while (clean < text.Length && IsPlainAscii(text[clean]))
        {
            clean++;
        }

        if (clean == text.Length)
        {
            return text;
        }

        StringBuilder result = new(text, 0, clean, text.Length + 16);
        for (int at = clean; at < text.Length;)
        {
            if (Rune.TryGetRuneAt(text, at, out Rune rune))
            {
                Append(result, rune, isQuoted);
                at += rune.Utf16SequenceLength;
            }
            else
            {
                result.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[at]:x4}");
                at++;
            }
        }

        return result.ToString();
    }

    private static bool IsPlainAscii(char c) => c is >= ' ' and <= '~' and not '"' and not '\\';

    private static void Append(StringBuilder result, Rune rune, bool isQuoted)
    {
        switch (rune.Value)
        {
            case '"' when isQuoted: result.Append("\\\""); break;
            case '\\' when isQuoted: result.Append("\\\\"); break;
            case '\n': result.Append("\\n"); break;
            case '\r': result.Append("\\r"); break;
            case '\t': result.Append("\\t"); break;
            default:
                if (IsVisible(rune))
                {
                    result.Append(rune.ToString());
                }
                else if (rune.IsBmp)
                {
                    result.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
                }
                else
                {
                    result.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}");
                }

                break;
        }
    }

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate);
}
