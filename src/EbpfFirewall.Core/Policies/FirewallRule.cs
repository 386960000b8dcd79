namespace EbpfFirewall.Policies;

/// <summary>One rule of a policy.</summary>
/// <remarks>Immutable; safe for concurrent use.</remarks>
public sealed record FirewallRule
{
    /// <summary>Stable id: the one that was given, else <c>allow-1</c>, <c>deny-2</c> … by place among all rules.</summary>
    public required string Id { get; init; }

    /// <summary>The text as it was given.</summary>
    public required string Text { get; init; }

    /// <summary>
    /// What it speaks of: the text without its options, as sentences quote it. <see cref="Text"/> where it was not set apart.
    /// </summary>
    public string Destination
    {
        get => field ?? Text;
        init;
    }

    /// <summary>Allow or deny.</summary>
    public required RuleAction Action { get; init; }

    /// <summary>Where the rule came from, for messages: <c>--allow</c>, a file name, <c>builder</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The comment that was given with the rule; empty when none was.</summary>
    public string Comment { get; init; } = "";
}
