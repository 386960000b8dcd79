using System.Collections.Immutable;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Kernel.Memory;

/// <summary>
/// Gives every program that rules name a number that it keeps from one policy to the next. The number of one that is gone is used again
/// only after one more policy, when no sandbox knows it any more.
/// </summary>
/// <remarks>One writer.</remarks>
internal sealed class ExecutableNumbers
{
    private readonly Stack<ushort> _free = new();
    private Dictionary<string, ushort> _numbers = new(StringComparer.Ordinal);
    private List<ushort> _leaving = [];
    private ushort _last;

    /// <summary>Numbers the programs of the next policy.</summary>
    /// <returns>The number of each of <see cref="FirewallPolicy.Executables"/>; never 0.</returns>
    /// <exception cref="EgressFirewallException">There are more than numbers.</exception>
    public ImmutableArray<ushort> Next(FirewallPolicy policy)
    {
        if (policy.Executables.Length > ExecutableRecord.NumberMax / 4)
        {
            throw new EgressFirewallException(
                ErrorCodes.PolicyTooLarge,
                $"The rules name {policy.Executables.Length} programs; {ExecutableRecord.NumberMax / 4} is the most. Give rules for all programs instead.");
        }

        var numbers = new Dictionary<string, ushort>(StringComparer.Ordinal);
        foreach (string path in policy.Executables)
        {
            numbers.Add(path, _numbers.TryGetValue(path, out ushort known) ? known : _free.TryPop(out ushort free) ? free : ++_last);
        }

        _leaving.ForEach(_free.Push);
        _leaving = [.. _numbers.Where(entry => !numbers.ContainsKey(entry.Key)).Select(entry => entry.Value)];
        _numbers = numbers;
        return [.. policy.Executables.Select(path => numbers[path])];
    }
}
