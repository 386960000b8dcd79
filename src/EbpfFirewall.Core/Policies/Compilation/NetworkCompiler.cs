using System.Collections.Immutable;
using System.Net;
using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Policies.Compilation;

/// <summary>Makes one class for each distinct network, such that the longest-prefix match alone is the answer.</summary>
internal static class NetworkCompiler
{
    internal static ImmutableArray<CompiledNetwork> Compile(
        ImmutableArray<ParsedRule> rules, ImmutableArray<IPAddress> ownAddresses, TermTable terms)
    {
        List<Entry> entries = Collect(rules);
        foreach (AddressPrefix own in ownAddresses.Select(AddressPrefix.Of).Distinct().Except(BuiltInNetworks.Reserved))
        {
            entries.Add(new Entry(own, Precedence.BuiltIn, -1, TermVerdict.OwnListener));
        }

        entries.Sort();

        ImmutableArray<CompiledNetwork>.Builder networks = ImmutableArray.CreateBuilder<CompiledNetwork>();
        Stack<(AddressPrefix Prefix, TermClass Class)> enclosing = new();
        List<PolicyTerm> run = [];
        for (int at = 0; at < entries.Count;)
        {
            AddressPrefix prefix = entries[at].Prefix;
            run.Clear();
            for (; at < entries.Count && entries[at].Prefix == prefix; at++)
            {
                if (entries[at].RuleIndex < 0)
                {
                    run.Add(new PolicyTerm(0, ushort.MaxValue, TransportProtocols.TcpAndUdp, entries[at].BuiltIn, -1));
                }
                else
                {
                    TermRun.Append(run, rules[entries[at].RuleIndex], entries[at].RuleIndex);
                }
            }

            while (enclosing.Count > 0 && !enclosing.Peek().Prefix.Contains(prefix))
            {
                enclosing.Pop();
            }

            if (enclosing.TryPeek(out (AddressPrefix Prefix, TermClass Class) parent))
            {
                run.AddRange(terms[parent.Class]);
            }

            TermRun.Prune(run);
            TermClass own = terms.Intern(run, sameRules: true);
            enclosing.Push((prefix, own));
            networks.Add(new CompiledNetwork(prefix.ToNetwork(), own));
        }

        return networks.DrainToImmutable();
    }

    private static List<Entry> Collect(ImmutableArray<ParsedRule> rules)
    {
        List<Entry> entries = new(rules.Length + 32);
        foreach (AddressPrefix prefix in BuiltInNetworks.Loopback)
        {
            entries.Add(new Entry(prefix, Precedence.BuiltIn, -1, TermVerdict.OwnListener));
        }

        foreach (AddressPrefix prefix in BuiltInNetworks.Reserved)
        {
            entries.Add(new Entry(prefix, Precedence.BuiltIn, -1, TermVerdict.Reserved));
        }

        for (int i = 0; i < rules.Length; i++)
        {
            int precedence = Precedence.Of(rules[i]);
            switch (rules[i].Target)
            {
                case RuleTarget.Network network:
                    entries.Add(new Entry(network.Prefix, precedence, i, default));
                    break;
                case RuleTarget.Loopback:
                    foreach (AddressPrefix prefix in BuiltInNetworks.Loopback)
                    {
                        entries.Add(new Entry(prefix, precedence, i, default));
                    }

                    break;
            }
        }

        return entries;
    }

    /// <summary>One rule, or one built-in, at one network.</summary>
    private readonly record struct Entry(AddressPrefix Prefix, int Precedence, int RuleIndex, TermVerdict BuiltIn) : IComparable<Entry>
    {
        public int CompareTo(Entry other)
        {
            int order = Prefix.CompareTo(other.Prefix);
            order = order != 0 ? order : Precedence.CompareTo(other.Precedence);
            return order != 0 ? order : RuleIndex.CompareTo(other.RuleIndex);
        }
    }
}
