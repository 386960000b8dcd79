using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Policies.Parsing;

/// <summary>
/// Turns the text of one rule into what it means. The grammar is docs/policy.md. A form that belongs to the grammar
/// but is not supported yet is parsed in full all the same: its mistakes come first, then the word that it is not supported.
/// </summary>
internal static class RuleParser
{
    /// <summary>Longer rules are refused unread, so that a broken file cannot cost memory or time.</summary>
    internal const int MaxRuleCharacters = 8192;

    /// <summary>Parses one rule and adds everything that is wrong with it to <paramref name="problems"/>.</summary>
    /// <returns>Null when something is wrong.</returns>
    internal static RuleSpecification? Parse(string text, string source, ICollection<PolicyProblem> problems)
    {
        RuleReader reader = new(text.Length > MaxRuleCharacters ? text[..64] + "…" : text, source, problems);
        if (text.Length > MaxRuleCharacters)
        {
            reader.Fail(-1, $"the rule is {text.Length} characters long; {MaxRuleCharacters} is the limit", "split it into several rules");
            return null;
        }

        int control = text.AsSpan().IndexOfAny(Characters.Control);
        if (control >= 0)
        {
            reader.Fail(control, "the rule contains a control character or a line break", "write one rule a line, in plain text");
            return null;
        }

        List<RuleSlice> words = RuleWords.Split(reader);
        if (words.Count == 0)
        {
            reader.Fail(-1, "the rule is empty", "remove it, or write a name, an address or a network");
            return null;
        }

        int targetWords = HttpRuleParser.StartsWithMethods(words) ? 2 : 1;
        bool optionsAreRight = RuleOptions.TryParse(words, targetWords, out RuleOptions options);
        RuleSpecification? parsed = ParseTarget(words);
        if (!optionsAreRight || parsed is null)
        {
            return null;
        }

        string destination = reader.Text[words[0].Start..words[targetWords - 1].End];
        return parsed with { Text = destination, Id = options.Id, Comment = options.Comment, Executable = options.Executable, Limits = options.Limits };
    }

    private static RuleSpecification? ParseTarget(List<RuleSlice> words)
    {
        RuleSlice target = words[0];
        if (HttpRuleParser.StartsWithMethods(words))
        {
            HttpRuleParser.Parse(words[1], target);
            return null;
        }

        if (target.StartsWith("unix:"))
        {
            return UnixRuleParser.Parse(target.From(5));
        }

        if (target[0] == '@')
        {
            PresetRuleParser.Parse(target);
            return null;
        }

        int scheme = target.IndexOf("://");
        return scheme < 0 ? HostRuleParser.Parse(target, TransportProtocols.TcpAndUdp) : ParseScheme(target, scheme);
    }

    private static RuleSpecification? ParseScheme(RuleSlice target, int length)
    {
        RuleSlice scheme = target.To(length);
        RuleSlice rest = target.From(length + 3);
        switch (scheme.ToString().ToLowerInvariant())
        {
            case "tcp":
                return HostRuleParser.Parse(rest, TransportProtocols.Tcp);
            case "udp":
                return HostRuleParser.Parse(rest, TransportProtocols.Udp);
            case "http" or "https":
                HttpRuleParser.Parse(target, methods: null);
                return null;
            case "icmp":
                if (HostRuleParser.Parse(rest, TransportProtocols.TcpAndUdp) is { } host)
                {
                    _ = host.HasPorts
                        ? rest.Fail(0, "ICMP has no ports", $"write icmp://{host.Target}")
                        : scheme.Fail(0, "an icmp:// rule is not supported yet", "remove it; ICMP is denied");
                }

                return null;
            default:
                scheme.Fail(0, $"\"{scheme}://\" is not a scheme of this grammar",
                    "use tcp://, udp://, http:// or https://, or none for TCP and UDP");
                return null;
        }
    }
}
