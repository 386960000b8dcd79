using EbpfFirewall.Policies;

namespace EbpfFirewall.Kernel.Memory;

/// <summary>
/// Gives every rule a number that it keeps from one policy to the next, so that what is counted for it goes on. The number of a rule
/// that is gone is used again only after one more policy, when no event names it any more.
/// </summary>
/// <remarks>One writer; <see cref="Find"/> and <see cref="NumberOf"/> are safe beside it.</remarks>
internal sealed class RuleNumbers
{
    private readonly Stack<int> _free = new();
    private IReadOnlyDictionary<(RuleAction Action, string Text), int> _numbers = new Dictionary<(RuleAction Action, string Text), int>();
    private List<int> _leaving = [];
    private FirewallRule?[] _rules = [];
    private int _next;

    /// <summary>The rule that has a number.</summary>
    /// <returns>Null for a number that no rule has.</returns>
    public FirewallRule? Find(int number)
    {
        FirewallRule?[] rules = Volatile.Read(ref _rules);
        return (uint)number < (uint)rules.Length ? rules[number] : null;
    }

    /// <summary>The number that a rule of the policy in force has.</summary>
    public int? NumberOf(FirewallRule rule) => Volatile.Read(ref _numbers).TryGetValue((rule.Action, rule.Text), out int number) ? number : null;

    /// <summary>Numbers the rules of a policy that is to come into force.</summary>
    public RuleNumbering Prepare(FirewallPolicy policy)
    {
        var numbers = new Dictionary<(RuleAction Action, string Text), int>(policy.Rules.Length);
        int[] assigned = new int[policy.Rules.Length];
        List<int> fresh = [];
        for (int i = 0; i < assigned.Length; i++)
        {
            (RuleAction Action, string Text) key = (policy.Rules[i].Action, policy.Rules[i].Text);
            if (!numbers.TryGetValue(key, out int number))
            {
                if (!_numbers.TryGetValue(key, out number))
                {
                    number = _free.TryPop(out int free) ? free : _next++;
                    fresh.Add(number);
                }

                numbers.Add(key, number);
            }

            assigned[i] = number;
        }

        Publish(policy, assigned);
        return new RuleNumbering(assigned, fresh, numbers);
    }

    /// <summary>The policy of a numbering is in force.</summary>
    public void Commit(RuleNumbering numbering)
    {
        _leaving.ForEach(_free.Push);
        _leaving = [.. _numbers.Where(known => !numbering.Numbers.ContainsKey(known.Key)).Select(known => known.Value)];
        Volatile.Write(ref _numbers, numbering.Numbers);
    }

    private void Publish(FirewallPolicy policy, int[] assigned)
    {
        var rules = new FirewallRule?[_next];
        _rules.CopyTo(rules, 0);
        for (int i = assigned.Length - 1; i >= 0; i--)
        {
            rules[assigned[i]] = policy.Rules[i];
        }

        Volatile.Write(ref _rules, rules);
    }
}
