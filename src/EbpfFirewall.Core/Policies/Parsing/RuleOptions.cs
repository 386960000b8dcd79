using System.Collections.Immutable;
using System.Text;

namespace EbpfFirewall.Policies.Parsing;

/// <summary>The options behind a rule: <c>id=</c>, <c>comment=</c>, <c>exe=</c> and limits; <c>ttl=</c> is checked and refused.</summary>
internal sealed record RuleOptions
{
    private const int MaxIdCharacters = 64;
    private const int MaxCommentCharacters = 512;

    /// <summary><c>PATH_MAX</c> less its closing zero.</summary>
    private const int MaxPathBytes = 4095;

    internal string? Id { get; private init; }

    internal string Comment { get; private init; } = "";

    internal string? Executable { get; private init; }

    internal ImmutableArray<PolicyLimit> Limits { get; private init; } = [];

    /// <summary>Parses the words from <paramref name="first"/> on; every mistake is recorded.</summary>
    internal static bool TryParse(List<RuleSlice> words, int first, out RuleOptions options)
    {
        options = new RuleOptions();
        bool right = true;
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (RuleSlice word in words.Skip(first))
        {
            int equals = word.IndexOf('=');
            if (equals <= 0)
            {
                right = word.Fail(0, $"\"{word}\" is not an option",
                    "a rule is one destination, then options such as id=name; give each destination its own rule");
                continue;
            }

            string name = word.To(equals).ToString();
            if (!seen.Add(name))
            {
                right = word.Fail(0, $"the option {name}= stands twice", "keep one of them");
                continue;
            }

            if (!TryReadValue(word, equals + 1, out string value))
            {
                right = false;
                continue;
            }

            right &= Apply(word, equals + 1, name, value, ref options);
        }

        return right;
    }

    private static bool Apply(RuleSlice word, int valueAt, string name, string value, ref RuleOptions options)
    {
        switch (name)
        {
            case "id":
                options = options with { Id = value };
                return (value.Length is > 0 and <= MaxIdCharacters && value.All(IsIdCharacter))
                    || word.Fail(valueAt, $"an id is 1 to {MaxIdCharacters} letters, digits, dots, hyphens and underscores",
                        "write for example id=package-feed");
            case "comment":
                options = options with { Comment = value };
                return value.Length is > 0 and <= MaxCommentCharacters
                    || word.Fail(valueAt, $"a comment is 1 to {MaxCommentCharacters} characters",
                        "write for example comment=\"why this is needed\"");
            case "ttl":
                return RuleDuration.IsValid(value)
                    ? word.Fail(0, "the option ttl= is not supported yet", "remove it; rules hold as long as their policy")
                    : word.Fail(valueAt, $"\"{value}\" is not a duration", "write a number and s, m, h or d: ttl=10m");
            case "exe":
                options = options with { Executable = value };
                return (UnixRuleParser.FindPathProblem(value, allowPattern: false) is null && Encoding.UTF8.GetByteCount(value) <= MaxPathBytes)
                    || word.Fail(valueAt, $"\"{value}\" is not the absolute path of a program", "write for example exe=/usr/bin/git");
            case "bytes" or "connections" or "names":
                IReadOnlyList<PolicyLimit> limits = LimitText.ParseAmounts(word.From(valueAt), LimitText.FindQuantity(name)!.Value);
                options = options with { Limits = options.Limits.AddRange(limits) };
                return limits.Count > 0;
            default:
                return word.Fail(0, $"there is no option \"{name}=\"", "the options are id=, comment=, exe=, bytes=, connections= and names=");
        }
    }

    private static bool IsIdCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_';

    /// <summary>A bare value, or one in double quotes in which \" and \\ stand for themselves.</summary>
    private static bool TryReadValue(RuleSlice word, int start, out string value)
    {
        RuleSlice raw = word.From(start);
        value = raw.ToString();
        int quote = raw.IndexOf('"');
        if (quote < 0)
        {
            return true;
        }

        if (quote > 0)
        {
            return raw.Fail(quote, "a quote inside a bare value", "put the whole value in double quotes");
        }

        StringBuilder text = new();
        for (int at = 1; at < raw.Length; at++)
        {
            char c = raw[at];
            if (c == '"')
            {
                value = text.ToString();
                return at == raw.Length - 1 || raw.Fail(at + 1, "text after the closing quote", "put a space between options");
            }

            if (c == '\\' && ++at < raw.Length)
            {
                c = raw[at];
                if (c is not ('"' or '\\'))
                {
                    return raw.Fail(at - 1, $"\"\\{c}\" is not an escape", "inside quotes write \\\" for a quote and \\\\ for a backslash");
                }
            }

            text.Append(c);
        }

        return raw.Fail(0, "the closing quote is missing", "end the value with a double quote");
    }
}
