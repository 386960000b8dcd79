namespace EbpfFirewall.Policies.Parsing;

/// <summary>Splits a rule at its blanks; blanks inside double quotes do not split.</summary>
internal static class RuleWords
{
    internal static List<RuleSlice> Split(RuleReader reader)
    {
        List<RuleSlice> words = [];
        string text = reader.Text;
        for (int at = 0; at < text.Length;)
        {
            if (IsBlank(text[at]))
            {
                at++;
                continue;
            }

            int start = at;
            bool quoted = false;
            for (; at < text.Length && (quoted || !IsBlank(text[at])); at++)
            {
                if (quoted && text[at] == '\\')
                {
                    at = Math.Min(at + 1, text.Length - 1);
                }
                else if (text[at] == '"')
                {
                    quoted = !quoted;
                }
            }

            words.Add(reader.Slice(start, at));
        }

        return words;
    }

    private static bool IsBlank(char c) => c is ' ' or '\t';
}
