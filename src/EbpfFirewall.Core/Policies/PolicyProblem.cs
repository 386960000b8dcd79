namespace EbpfFirewall.Policies;

/// <summary>Something wrong with a rule or with the policy as a whole: an error, or a warning where it stands among warnings.</summary>
/// <remarks>Immutable; safe for concurrent use.</remarks>
public sealed record PolicyProblem
{
    /// <summary>Where the rule came from: <c>--allow</c>, a file name, <c>builder</c>; empty when it concerns no single rule.</summary>
    public string Source { get; init; } = "";

    /// <summary>The rule as it was given; empty when it concerns no single rule.</summary>
    public string RuleText { get; init; } = "";

    /// <summary>Index of the offending character in <see cref="RuleText"/>, from 0; -1 when it concerns the whole.</summary>
    public int Position { get; init; } = -1;

    /// <summary>What is wrong, as a sentence without its full stop.</summary>
    public required string Message { get; init; }

    /// <summary>What to write or do instead, as a sentence without its full stop.</summary>
    public required string Remedy { get; init; }

    /// <summary>One line for people: source, rule, message, place and remedy. Control characters of the rule are escaped.</summary>
    public override string ToString()
    {
        string where = RuleText.Length == 0 && Source.Length == 0 ? "" : $"{Source} \"{DisplayText.Escape(RuleText)}\": ";
        string place = Position < 0 ? "" : $" (at character {Position + 1})";
        string remedy = DisplayText.Escape(Remedy);
        return $"{where}{DisplayText.Escape(Message)}{place}. {char.ToUpperInvariant(remedy[0])}{remedy[1..]}.";
    }
}
