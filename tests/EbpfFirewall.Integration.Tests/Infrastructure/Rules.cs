using System.Collections.Immutable;

namespace EbpfFirewall.Integration.Tests.Infrastructure;

/// <summary>Options of <c>efw run</c>.</summary>
internal static class Rules
{
    /// <summary>Both addresses of the allowed host, and nothing else.</summary>
    internal static ImmutableArray<string> AllowedHost { get; } = Allow(World.Allowed.V4, World.Allowed.V6);

    /// <summary>allowed.test and its sub-domains, and nothing else.</summary>
    internal static ImmutableArray<string> AllowedName { get; } = Allow("allowed.test");

    /// <summary>A deny-list that concerns nothing in the lab.</summary>
    internal static ImmutableArray<string> DenyElsewhere { get; } = Deny("203.0.113.9");

    internal static ImmutableArray<string> Allow(params ReadOnlySpan<string> rules) => Options("--allow", rules);

    internal static ImmutableArray<string> Deny(params ReadOnlySpan<string> rules) => Options("--deny", rules);

    private static ImmutableArray<string> Options(string option, ReadOnlySpan<string> rules)
    {
        ImmutableArray<string>.Builder options = ImmutableArray.CreateBuilder<string>();
        foreach (string rule in rules)
        {
            options.Add(option);
            options.Add(rule);
        }

        return options.ToImmutable();
    }
}
