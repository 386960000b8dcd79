using System.Collections.Immutable;
using System.Net;

namespace EbpfFirewall.Policies.Compilation;

/// <summary>Turns a policy into tables. Pure.</summary>
internal static class PolicyCompiler
{
    internal static CompiledPolicy Compile(FirewallPolicy policy, ImmutableArray<IPAddress> ownAddresses)
    {
        // These two ask no rule, so there is nothing a table could say.
        if (policy.Mode is PolicyMode.BlockAll or PolicyMode.Disabled)
        {
            NameDecision always = new(policy.Mode == PolicyMode.Disabled, default, -1, false);
            return new CompiledPolicy(policy, [], [], [], [], NameTable.Constant(always));
        }

        TermTable terms = new();
        ImmutableArray<CompiledNetwork> networks = NetworkCompiler.Compile(policy.ParsedRules, ownAddresses, terms);
        (NameTable table, ImmutableArray<CompiledName> names) = NameCompiler.Compile(policy, terms);
        return new CompiledPolicy(policy, terms.Terms, terms.Classes, networks, names, table)
        {
            UnixRules = UnixCompiler.Compile(policy.ParsedRules),
        };
    }
}
