using System.Net;
using EbpfFirewall.Decisions;
using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Policies;

/// <summary>
/// Answers what a policy says, straight from its rules and the order that docs/policy.md gives: no tables, no tricks, time in the
/// number of rules. The model that the compiled form is tested against, and the way to explain a decision.
/// </summary>
/// <remarks>Immutable; safe for concurrent use.</remarks>
public sealed class PolicyEvaluator
{
    private readonly FirewallPolicy _policy;
    private readonly NetworkStatement[] _networks;

    /// <summary>Makes one.</summary>
    /// <param name="policy">The policy to ask.</param>
    public PolicyEvaluator(FirewallPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        _policy = policy;
        _networks = [.. NetworkStatement.All(policy.ParsedRules)];
    }

    /// <summary>Decides a destination.</summary>
    /// <param name="address">Its address; IPv4-mapped is IPv4.</param>
    /// <param name="port">Its port, host order.</param>
    /// <param name="protocol"><see cref="TransportProtocols.Tcp"/> or <see cref="TransportProtocols.Udp"/>.</param>
    /// <param name="learnedNames">The names whose answers led to the address and still hold.</param>
    /// <param name="ownListener">On loopback: whether the listener belongs to the same sandbox.</param>
    /// <param name="executables">
    /// Those of the paths in <see cref="FirewallPolicy.Executables"/> that the sender's program is. Null: the sender is not known; rules for one
    /// program then deny it, and do not allow it.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="protocol"/> is not one transport.</exception>
    public PolicyEvaluation Decide(
        IPAddress address,
        int port,
        TransportProtocols protocol,
        IEnumerable<string> learnedNames,
        bool ownListener = false,
        IEnumerable<string>? executables = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(learnedNames);
        ArgumentOutOfRangeException.ThrowIfNegative(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        if (protocol is not (TransportProtocols.Tcp or TransportProtocols.Udp))
        {
            throw new ArgumentException("One transport is decided at a time.", nameof(protocol));
        }

        return _policy.Mode switch
        {
            PolicyMode.BlockAll => new PolicyEvaluation(Verdict.Deny, DecisionReason.BlockAll, -1),
            PolicyMode.Disabled => new PolicyEvaluation(Verdict.Allow, DecisionReason.None, -1),
            _ => DecideByNetwork(AddressPrefix.Of(address), port, protocol, ownListener, executables)
                ?? DecideByNames(port, protocol, learnedNames, executables)
                ?? DecideByMode(),
        };
    }

    /// <summary>Decides whether a name may be looked up: whether any port of any transport behind it is reachable.</summary>
    /// <param name="name">Text, any case, with or without a trailing dot.</param>
    /// <param name="executables">Who asks, as for <see cref="Decide"/>.</param>
    public bool Resolves(string name, IEnumerable<string>? executables = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_policy.Mode is PolicyMode.BlockAll or PolicyMode.Disabled)
        {
            return _policy.Mode == PolicyMode.Disabled;
        }

        // Verdicts change only where a range begins or has just ended.
        IEnumerable<int> ports = _policy.ParsedRules
            .SelectMany(rule => rule.Specification.Ports.ToArray())
            .SelectMany(range => new[] { range.First, range.Last + 1 })
            .Append(1)
            .Where(port => port is >= 1 and <= ushort.MaxValue)
            .Distinct();
        return ports.Any(port => IsAllowed(DecideByNames(port, TransportProtocols.Tcp, [name], executables))
            || IsAllowed(DecideByNames(port, TransportProtocols.Udp, [name], executables)));
    }

    private bool IsAllowed(PolicyEvaluation? byName) => (byName ?? DecideByMode()).Verdict == Verdict.Allow;

    /// <summary>(1) Address and network rules: longest prefix, with ports, with protocol, for one program, deny; built-ins last in their prefix.</summary>
    private PolicyEvaluation? DecideByNetwork(
        AddressPrefix address, int port, TransportProtocols protocol, bool ownListener, IEnumerable<string>? executables)
    {
        NetworkStatement? first = _networks
            .Where(statement => statement.Prefix.Contains(address) && statement.Speaks(port, protocol, executables))
            .OrderByDescending(statement => statement.Prefix.Length)
            .ThenBy(statement => statement.Rule is null)
            .ThenBy(statement => statement.Rule is { Specification.HasPorts: false })
            .ThenBy(statement => statement.Rule is { Specification.HasProtocol: false })
            .ThenBy(statement => statement.Rule is { Specification.Executable: null })
            .ThenBy(statement => statement.Verdict == TermVerdict.Allow)
            .ThenBy(statement => statement.RuleIndex)
            .FirstOrDefault();
        return first?.Verdict switch
        {
            null => null,
            TermVerdict.Allow => new PolicyEvaluation(Verdict.Allow, DecisionReason.AllowedByRule, first.RuleIndex),
            TermVerdict.Deny => new PolicyEvaluation(Verdict.Deny, DecisionReason.DeniedByRule, first.RuleIndex),
            TermVerdict.OwnListener when ownListener => new PolicyEvaluation(Verdict.Allow, DecisionReason.OwnLoopback, -1),
            TermVerdict.OwnListener => new PolicyEvaluation(Verdict.Deny, DecisionReason.ForeignLoopback, -1),
            _ => new PolicyEvaluation(Verdict.Deny, DecisionReason.ReservedDestination, -1),
        };
    }

    /// <summary>(2) Learned names: each speaks with one voice, and one that denies is enough.</summary>
    private PolicyEvaluation? DecideByNames(
        int port, TransportProtocols protocol, IEnumerable<string> names, IEnumerable<string>? executables)
    {
        PolicyEvaluation? decision = null;
        foreach (string name in names)
        {
            int rule = FindNameRule(name.TrimEnd('.').ToLowerInvariant(), port, protocol, executables);
            if (rule >= 0 && _policy.Rules[rule].Action == RuleAction.Deny)
            {
                return new PolicyEvaluation(Verdict.Deny, DecisionReason.DeniedByName, rule);
            }

            if (rule >= 0)
            {
                decision ??= new PolicyEvaluation(Verdict.Allow, DecisionReason.AllowedByName, rule);
            }
        }

        return decision;
    }

    /// <summary>(3) The mode.</summary>
    private PolicyEvaluation DecideByMode() => _policy.ListMode == PolicyMode.DenyList
        ? new PolicyEvaluation(Verdict.Allow, DecisionReason.NotInDenyList, -1)
        : new PolicyEvaluation(Verdict.Deny, DecisionReason.NotInAllowList, -1);

    /// <summary>Names: exact, then the longer suffix, then with ports, with protocol, for one program, deny.</summary>
    private int FindNameRule(string name, int port, TransportProtocols protocol, IEnumerable<string>? executables)
    {
        var first = _policy.ParsedRules
            .Select((rule, index) => (Rule: rule, Index: index, Target: rule.Target as RuleTarget.Name))
            .Where(rule => rule.Target is not null && Matches(rule.Target, name) && NetworkStatement.Speaks(rule.Rule, port, protocol, executables))
            .OrderBy(rule => rule.Target!.Scope != NameScope.Exact)
            .ThenByDescending(rule => rule.Target!.Text.Length)
            .ThenBy(rule => !rule.Rule.Specification.HasPorts)
            .ThenBy(rule => !rule.Rule.Specification.HasProtocol)
            .ThenBy(rule => rule.Rule.Specification.Executable is null)
            .ThenBy(rule => rule.Rule.Action == RuleAction.Allow)
            .ThenBy(rule => rule.Index)
            .FirstOrDefault();
        return first.Rule is null ? -1 : first.Index;
    }

    private static bool Matches(RuleTarget.Name target, string name)
    {
        bool isBelow = name.EndsWith("." + target.Text, StringComparison.Ordinal);
        return target.Scope switch
        {
            NameScope.Exact => name == target.Text,
            NameScope.Below => isBelow,
            _ => isBelow || name == target.Text,
        };
    }
}
