using System.Net;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>A compiled policy as the proxy sees it.</summary>
internal sealed class CompiledNamePolicy(CompiledPolicy policy) : INamePolicy
{
    public PolicyMode Mode => policy.Policy.Mode;

    public FirewallPolicy? Source => policy.Policy;

    public NameDecision Decide(ReadOnlySpan<byte> wireName) => policy.DecideName(wireName);

    public bool AllowsAddress(IPAddress address) => AllowsSomething(policy.ClassOf(address));

    public string RuleId(int ruleIndex) => policy.Policy.Rules[ruleIndex].Id;

    private bool AllowsSomething(TermClass @class)
    {
        for (int i = @class.First; i < @class.First + @class.Count; i++)
        {
            PolicyTerm term = policy.Terms[i];
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
