using System.Net;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>A compiled policy as the proxy sees it.</summary>
internal sealed class CompiledNamePolicy(CompiledPolicy policy) : INamePolicy
{
    public PolicyMode Mode => policy.Policy.Mode;

    public FirewallPolicy? Source => policy.Policy;

    public NameDecision Decide(ReadOnlySpan<byte> wireName, in ClientFlow client) => policy.DecideName(wireName, client.Executables);

    public bool AllowsAddress(IPAddress address, in ClientFlow client) => AllowsSomething(policy.ClassOf(address), client.Executables);

    public string RuleId(int ruleIndex) => policy.Policy.Rules[ruleIndex].Id;

    private bool AllowsSomething(TermClass @class, IReadOnlyCollection<string>? executables)
    {
        for (int i = @class.First; i < @class.First + @class.Count; i++)
        {
            PolicyTerm term = policy.Terms[i];
            if (!policy.IsFor(term, executables))
            {
                continue;
            }

            if (term.Verdict == TermVerdict.Allow && term.RuleIndex >= 0)
            {
                return true;
            }

            if (term is { FirstPort: <= 1, LastPort: ushort.MaxValue, Protocols: TransportProtocols.TcpAndUdp })
            {
                return false;
            }
        }

        return false;
    }
}
