using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Policies.Parsing;

/// <summary>Names: <c>example.com</c>, <c>=example.com</c>, <c>*.example.com</c>.</summary>
internal static class NameText
{
    private const int MaxLabelOctets = 63;

    /// <summary>RFC 1035 section 2.3.4: 255 octets with all length octets and the root, so 253 characters of text.</summary>
    private const int MaxNameCharacters = 253;

    private const string Shape = "write example.com, =example.com or *.example.com";

    internal static RuleTarget? Parse(RuleSlice text)
    {
        NameScope scope = NameScope.Tree;
        RuleSlice name = text;
        if (text[0] == '=')
        {
            scope = NameScope.Exact;
            name = text.From(1);
        }
        else if (text.StartsWith("*."))
        {
            scope = NameScope.Below;
            name = text.From(2);
        }

        if (text.Is("*"))
        {
            text.Fail(0, "\"*\" alone is not a rule",
                "for every address write 0.0.0.0/0 and ::/0; to allow what no rule denies use the mode deny-list");
            return null;
        }

        if (!name.IsEmpty && name[^1] == '.')
        {
            name = name.To(name.Length - 1);
        }

        if (name.IsEmpty)
        {
            text.Fail(0, $"\"{text}\" names no host", Shape);
            return null;
        }

        return TryParseLabels(name, out string normal) && CheckMeaning(name, normal) ? new RuleTarget.Name(normal, scope) : null;
    }

    private static bool TryParseLabels(RuleSlice name, out string normal)
    {
        normal = "";
        List<string> labels = [];
        for (int at = 0; at <= name.Length;)
        {
            RuleSlice rest = name.From(at);
            int dot = rest.IndexOf('.');
            RuleSlice label = dot < 0 ? rest : rest.To(dot);
            if (!TryParseLabel(label, out string ascii))
            {
                return false;
            }

            labels.Add(ascii);
            at += label.Length + 1;
        }

        normal = string.Join('.', labels);
        return normal.Length <= MaxNameCharacters
            || name.Fail(0, $"the name is {normal.Length} characters long; {MaxNameCharacters} is the limit of DNS", "check the name");
    }

    private static bool TryParseLabel(RuleSlice label, out string ascii)
    {
        ascii = "";
        if (label.IsEmpty)
        {
            return label.Fail(0, "the name has an empty label", "write one dot between labels, and none in front");
        }

        if (label.Span.ContainsAnyExceptInRange('\0', '\u007f'))
        {
            if (!InternationalLabel.TryEncode(label, out ascii))
            {
                return false;
            }
        }
        else
        {
            for (int at = 0; at < label.Length; at++)
            {
                if (!char.IsAsciiLetterOrDigit(label[at]) && label[at] is not ('-' or '_'))
                {
                    return FailOn(label, at);
                }
            }

            ascii = label.ToString().ToLowerInvariant();
        }

        return ascii.Length <= MaxLabelOctets
            || label.Fail(0, $"a label is {ascii.Length} octets long; {MaxLabelOctets} is the limit of DNS", "check the name");
    }

    private static bool FailOn(RuleSlice label, int at) => label[at] switch
    {
        '*' => label.Fail(at, "\"*\" stands only alone in front: *.example.com",
            "write the name without it; a name covers its sub-domains"),
        '/' => label.Fail(at, "a name has no path or prefix length",
            "for a URL write https://host/path; for a network write an address: 10.0.0.0/8"),
        ',' => label.Fail(at, "a rule names one destination", "write one rule for each; only ports are listed with commas"),
        '@' => label.Fail(at, "a name has no user in front", "write the host alone"),
        _ => label.Fail(at, $"\"{label[at]}\" cannot stand in a name", "a name has letters, digits, hyphens, underscores and dots"),
    };

    /// <summary>Refuses what is well formed but would never match, or not do what it seems to say.</summary>
    private static bool CheckMeaning(RuleSlice name, string normal)
    {
        if (normal == "localhost" || normal.EndsWith(".localhost", StringComparison.Ordinal))
        {
            return name.Fail(0, "\"localhost\" is never looked up, so a name rule cannot match it",
                "write loopback, or loopback:5432 for one port");
        }

        if (normal.StartsWith("--", StringComparison.Ordinal))
        {
            return name.Fail(0, "the rule looks like a command-line option", "give the option its value first");
        }

        return !HttpRuleParser.IsMethod(name.Span)
            || name.Fail(0, $"\"{name}\" is only a method", "methods stand in front of a URL: GET,HEAD https://example.com/api");
    }
}
