using EbpfFirewall.Policies.Parsing;

namespace EbpfFirewall.Policies;

/// <summary>A limit on what is sent. When it is reached, what would go beyond is denied.</summary>
/// <param name="Scope">What it is for.</param>
/// <param name="Quantity">What it counts.</param>
/// <param name="Amount">How much: 1 or more.</param>
/// <param name="Interval">Within which time: no interval of that length sees more. Null: for good.</param>
/// <param name="RuleIndex">For <see cref="LimitScope.Rule"/> the rule, an index into <see cref="FirewallPolicy.Rules"/>; else -1.</param>
/// <remarks>Immutable; safe for concurrent use.</remarks>
public sealed record PolicyLimit(LimitScope Scope, LimitQuantity Quantity, long Amount, TimeSpan? Interval, int RuleIndex = -1)
{
    /// <summary>The limit as it is written: <c>sandbox:bytes=10MB/1h</c>, <c>rule:connections=5/1s</c>.</summary>
    public override string ToString() => $"{Name(Scope)}:{Name(Quantity)}={LimitText.Format(this)}";

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
