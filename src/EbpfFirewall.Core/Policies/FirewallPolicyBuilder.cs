using System.Collections.Immutable;
using System.Globalization;
using EbpfFirewall.Policies.Parsing;
using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Policies;

/// <summary>
/// Collects rules and makes a <see cref="FirewallPolicy"/> of them, or reports everything that is wrong with them at once.
/// </summary>
/// <remarks>Not safe for concurrent use; one owner.</remarks>
public sealed class FirewallPolicyBuilder
{
    private readonly List<ParsedRule> _rules = [];
    private readonly List<PolicyProblem> _problems = [];
    private readonly Dictionary<string, int> _executables = new(StringComparer.Ordinal);
    private readonly List<(PolicyLimit Limit, string Text, string Source)> _limits = [];
    private PolicyMode? _mode;
    private bool _strictTtl;
    private bool _allowsInbound;

    /// <summary>Adds a rule that allows. A mistake in it is kept and reported by <see cref="Build"/>.</summary>
    /// <param name="rule">One rule; see docs/policy.md for the grammar.</param>
    /// <param name="source">Where it came from, for messages.</param>
    public FirewallPolicyBuilder Allow(string rule, string source = "builder") => Add(RuleAction.Allow, rule, source);

    /// <summary>Adds a rule that denies. A mistake in it is kept and reported by <see cref="Build"/>.</summary>
    /// <param name="rule">One rule; see docs/policy.md for the grammar.</param>
    /// <param name="source">Where it came from, for messages.</param>
    public FirewallPolicyBuilder Deny(string rule, string source = "builder") => Add(RuleAction.Deny, rule, source);

    /// <summary>
    /// Adds rules that allow, from one text that lists them between commas. A rule with commas of its own stands in double quotes.
    /// </summary>
    /// <param name="rules">The list: <c>example.com,10.0.0.0/8,"example.org:80,443"</c>.</param>
    /// <param name="source">Where it came from, for messages.</param>
    public FirewallPolicyBuilder AllowList(string rules, string source = "--allow-list") => AddList(RuleAction.Allow, rules, source);

    /// <summary>
    /// Adds rules that deny, from one text that lists them between commas. A rule with commas of its own stands in double quotes.
    /// </summary>
    /// <param name="rules">The list: <c>example.com,10.0.0.0/8,"example.org:80,443"</c>.</param>
    /// <param name="source">Where it came from, for messages.</param>
    public FirewallPolicyBuilder DenyList(string rules, string source = "--block-list") => AddList(RuleAction.Deny, rules, source);

    /// <summary>
    /// Limits what a sandbox sends, or each of its processes: <c>sandbox:bytes=100MB</c>, <c>process:connections=20/s</c>, <c>sandbox:names=50</c>. A mistake in it
    /// is kept and reported by <see cref="Build"/>.
    /// </summary>
    /// <param name="limit">One limit; see docs/policy.md for the grammar. Limits of a rule are options of the rule.</param>
    /// <param name="source">Where it came from, for messages.</param>
    public FirewallPolicyBuilder Limit(string limit, string source = "builder")
    {
        ArgumentNullException.ThrowIfNull(limit);
        ArgumentNullException.ThrowIfNull(source);
        RuleReader reader = new(limit.Length > RuleParser.MaxRuleCharacters ? limit[..64] + "…" : limit, source, _problems);
        _limits.AddRange(LimitText.ParseScoped(reader.Slice(0, reader.Text.Length)).Select(parsed => (parsed, limit, source)));
        return this;
    }

    /// <summary>Sets the mode instead of inferring it from the rules.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not one of the modes.</exception>
    public FirewallPolicyBuilder UseMode(PolicyMode mode)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((byte)mode, (byte)PolicyMode.Disabled, nameof(mode));
        _mode = mode;
        return this;
    }

    /// <summary>Sets <see cref="FirewallPolicy.StrictTtl"/>.</summary>
    public FirewallPolicyBuilder UseStrictTtl(bool strict = true)
    {
        _strictTtl = strict;
        return this;
    }

    /// <summary>Sets <see cref="FirewallPolicy.AllowsInbound"/>.</summary>
    public FirewallPolicyBuilder AllowInbound(bool allow = true)
    {
        _allowsInbound = allow;
        return this;
    }

    /// <summary>
    /// Checks everything and makes the policy, with revision 1. Without <see cref="UseMode"/> a rule that allows makes it an
    /// allow-list; where all rules deny it is a deny-list.
    /// </summary>
    /// <exception cref="PolicyValidationException">Something is wrong; all problems are listed.</exception>
    public FirewallPolicy Build()
    {
        ImmutableArray<ParsedRule> rules = [.. _rules];
        List<PolicyProblem> errors = [.. _problems];
        List<PolicyProblem> warnings = [];
        PolicyChecks.FindEqualIds(rules, errors);
        PolicyChecks.FindDuplicates(rules, errors, warnings);
        PolicyChecks.FindDeadRules(rules, errors, warnings);
        LimitChecks.FindUnfit(rules, errors);
        LimitChecks.FindDuplicates(_limits, errors);
        bool allows = rules.Any(rule => rule.Action == RuleAction.Allow);
        if (_mode is null && rules.IsEmpty && errors.Count == 0)
        {
            errors.Add(new PolicyProblem
            {
                Message = "there is no rule and no mode, so nothing says what may be reached",
                Remedy = "give --allow, --deny, --observe or --mode",
            });
        }

        if (errors.Count > 0)
        {
            throw new PolicyValidationException(errors);
        }

        PolicyMode inferred = allows ? PolicyMode.AllowList : PolicyMode.DenyList;
        PolicyMode mode = _mode ?? inferred;
        PolicyMode listMode = mode is PolicyMode.AllowList or PolicyMode.DenyList ? mode : inferred;
        PolicyChecks.FindIdleRules(rules, mode, warnings);
        return new FirewallPolicy(mode, listMode, rules, [.. warnings], _strictTtl, Limits(rules), revision: 1) { AllowsInbound = _allowsInbound };
    }

    private ImmutableArray<PolicyLimit> Limits(ImmutableArray<ParsedRule> rules) =>
    [
        .. _limits.Select(limit => limit.Limit),
        .. rules.SelectMany((rule, index) => rule.Specification.Limits.Select(limit => limit with { RuleIndex = index })),
    ];

    private FirewallPolicyBuilder AddList(RuleAction action, string rules, string source)
    {
        ArgumentNullException.ThrowIfNull(rules);
        foreach (string rule in RuleListParser.Split(rules, source, _problems))
        {
            Add(action, rule, source);
        }

        return this;
    }

    private FirewallPolicyBuilder Add(RuleAction action, string rule, string source)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(source);
        if (RuleParser.Parse(rule, source, _problems) is { } specification)
        {
            string kind = action == RuleAction.Allow ? "allow" : "deny";
            FirewallRule parsed = new()
            {
                Id = specification.Id ?? string.Create(CultureInfo.InvariantCulture, $"{kind}-{_rules.Count + 1}"),
                Text = rule.Trim(),
                Destination = specification.Text,
                Action = action,
                Source = source,
                Comment = specification.Comment,
            };
            _rules.Add(new ParsedRule(parsed, specification) { ExecutableIndex = IndexOf(specification.Executable) });
        }

        return this;
    }

    private int IndexOf(string? executable)
    {
        if (executable is null)
        {
            return -1;
        }

        if (!_executables.TryGetValue(executable, out int index))
        {
            index = _executables.Count;
            _executables.Add(executable, index);
        }

        return index;
    }
}
