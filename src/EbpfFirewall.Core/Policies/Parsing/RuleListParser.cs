using System.Text;

namespace EbpfFirewall.Policies.Parsing;

/// <summary>
/// The lists of <c>--allow-list</c> and <c>--block-list</c>: rules between commas. A rule that has commas of its own stands in
/// double quotes, in which \" and \\ stand for a quote and a backslash; quotes inside a rule protect commas too.
/// </summary>
internal static class RuleListParser
{
    /// <summary>The rules of the list. What is no rule but the torn-off piece of one is recorded and left out.</summary>
    internal static List<string> Split(string list, string source, ICollection<PolicyProblem> problems)
    {
        RuleReader reader = new(list, source, problems);
        List<string> rules = [];
        int start = 0;
        while (start <= list.Length)
        {
            int end = FindEnd(list, start);
            if (end < 0)
            {
                reader.Fail(list.LastIndexOf('"'), "the closing quote is missing", "end the rule with a double quote");
                return rules;
            }

            RuleSlice piece = Trim(reader.Slice(start, end));
            if (IsWhole(piece, list, start, rules) && TryUnquote(piece, out string rule))
            {
                rules.Add(rule);
            }

            start = end + 1;
        }

        return rules;
    }

    /// <summary>Finds the comma behind the piece, or the end of the list; -1 when a quote stays open.</summary>
    private static int FindEnd(string list, int start)
    {
        bool quoted = false;
        for (int at = start; at < list.Length; at++)
        {
            switch (list[at])
            {
                case '"':
                    quoted = !quoted;
                    break;
                case '\\' when quoted:
                    at++;
                    break;
                case ',' when !quoted:
                    return at;
            }
        }

        return quoted ? -1 : list.Length;
    }

    private static RuleSlice Trim(RuleSlice piece)
    {
        int lead = piece.Length - piece.Span.TrimStart(' ').Length;
        return piece.From(lead).To(piece.Span.Trim(' ').Length);
    }

    /// <summary>Refuses empty pieces, and those that a comma tore off the rule in front or behind.</summary>
    private static bool IsWhole(RuleSlice piece, string list, int start, List<string> rules)
    {
        if (piece.IsEmpty)
        {
            return piece.Fail(0, "the list has an empty rule", "remove the comma");
        }

        if (!piece.Span.ContainsAnyExcept(Characters.Ports) && rules.Count > 0 && start > 0)
        {
            return piece.Fail(0, $"\"{piece}\" is only a port, torn off by the comma", $"put the rule in quotes: \"{rules[^1]},{piece}\"");
        }

        bool isMethod = HttpRuleParser.IsMethod(piece.Span);
        int end = piece.Start + piece.Length;
        return !isMethod
            || piece.Fail(0, $"\"{piece}\" is only a method, torn off by the comma", $"put the rule in quotes: \"{piece}{list[end..]}\"");
    }

    private static bool TryUnquote(RuleSlice piece, out string rule)
    {
        rule = piece.ToString();
        if (piece[0] != '"')
        {
            return true;
        }

        StringBuilder text = new();
        for (int at = 1; at < piece.Length; at++)
        {
            char c = piece[at];
            if (c == '"')
            {
                rule = text.ToString();
                return at == piece.Length - 1 || piece.Fail(at + 1, "text behind the closing quote", "put a comma between rules");
            }

            if (c == '\\' && at + 1 < piece.Length && piece[at + 1] is '"' or '\\')
            {
                c = piece[++at];
            }

            text.Append(c);
        }

        return piece.Fail(0, "the closing quote is missing", "end the rule with a double quote");
    }
}
