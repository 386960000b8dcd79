using EbpfFirewall.Policies;

namespace EbpfFirewall.Core.Tests.Support;

/// <summary>Short ways to make policies: "+rule" allows, "-rule" denies.</summary>
internal static class Policy
{
    internal static FirewallPolicy Of(params string[] rules) => Builder(rules).Build();

    internal static FirewallPolicy Of(PolicyMode mode, params string[] rules) => Builder(rules).UseMode(mode).Build();

    internal static FirewallPolicyBuilder Builder(params string[] rules)
    {
        FirewallPolicyBuilder builder = new();
        foreach (string rule in rules)
        {
            _ = rule[0] switch
            {
                '+' => builder.Allow(rule[1..]),
                '-' => builder.Deny(rule[1..]),
                _ => throw new ArgumentException($"\"{rule}\" has no sign", nameof(rules)),
            };
        }

        return builder;
    }
}
