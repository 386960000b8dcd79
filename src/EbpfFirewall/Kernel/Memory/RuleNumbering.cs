using EbpfFirewall.Policies;

namespace EbpfFirewall.Kernel.Memory;

/// <summary>The numbers of one policy's rules.</summary>
/// <param name="ByIndex">The number of each rule.</param>
/// <param name="Fresh">Numbers that no rule of the policy before had.</param>
/// <param name="Numbers">The same by what the rule says.</param>
internal sealed record RuleNumbering(
    int[] ByIndex, IReadOnlyList<int> Fresh, IReadOnlyDictionary<(RuleAction Action, string Text), int> Numbers);
