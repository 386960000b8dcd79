namespace EbpfFirewall.Policies.Parsing;

/// <summary>One rule while it is parsed: its text, where it came from, and where its problems go.</summary>
internal sealed class RuleReader(string text, string source, ICollection<PolicyProblem> problems)
{
    /// <summary>The whole rule. Positions count in it.</summary>
    internal string Text { get; } = text;

    /// <summary>The piece of the rule from <paramref name="start"/> up to <paramref name="end"/>.</summary>
    internal RuleSlice Slice(int start, int end) => new(this, start, end - start);

    /// <summary>Records a problem.</summary>
    /// <returns>False, so that a parser can end with it.</returns>
    internal bool Fail(int position, string message, string remedy)
    {
        problems.Add(new PolicyProblem
        {
            Source = source,
            RuleText = Text,
            Position = position,
            Message = message,
            Remedy = remedy,
        });
        return false;
    }
}
