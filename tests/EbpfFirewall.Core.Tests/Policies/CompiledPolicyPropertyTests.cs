using System.Net;
using EbpfFirewall.Core.Tests.Support;
using EbpfFirewall.Policies;
using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Core.Tests.Policies;

/// <summary>The compiled tables and the plain reading of the rules give the same answer, for any rules and any destination.</summary>
public sealed class CompiledPolicyPropertyTests
{
    private const int Policies = 2000;
    private const int QuestionsPerPolicy = 100;
    private static readonly string[]?[] Everybody = [null, [], ["/bin/a"], ["/bin/b"]];

    [Fact]
    public void Tables_and_rules_agree_on_every_destination()
    {
        for (int seed = 0; seed < Policies; seed++)
        {
            RandomPolicy random = new(seed);
            FirewallPolicy policy = random.Next();
            CompiledModel compiled = new(policy.Compile());
            PolicyEvaluator rules = new(policy);

            for (int i = 0; i < QuestionsPerPolicy; i++)
            {
                IPAddress address = random.NextAddress();
                int port = random.NextPort();
                TransportProtocols protocol = random.NextProtocol();
                string[] names = random.NextNames();
                bool own = random.NextBool();
                string[]? executables = random.NextExecutables();

                PolicyEvaluation expected = rules.Decide(address, port, protocol, names, own, executables);
                PolicyEvaluation actual = compiled.Decide(address, port, protocol, names, own, executables);

                // Classes of names are shared, so the rule behind a name is any of those that say the same.
                bool same = actual.Verdict == expected.Verdict && actual.Reason == expected.Reason
                    && (actual.RuleIndex == expected.RuleIndex || names.Length > 0);
                if (!same)
                {
                    string sender = executables is null ? "?" : string.Join(' ', executables);
                    actual.Should().Be(expected, "{0}:{1} {2} {3} {4}; {5}", address, port, protocol, string.Join(' ', names), sender, random.Description);
                }
            }
        }
    }

    [Fact]
    public void Tables_and_rules_agree_on_every_name()
    {
        string[] names = ["", "test", "x.test", "Y.test", "a.x.test", "b.x.test", "c.a.x.test", "d.c.a.x.test", "b.y.test", "other", "xx.test"];
        string[] witnesses = [.. names, .. names.Select(name => name.Length == 0 ? "zz" : "zz." + name)];
        for (int seed = 0; seed < Policies; seed++)
        {
            RandomPolicy random = new(seed);
            FirewallPolicy policy = random.Next();
            CompiledPolicy compiled = policy.Compile();
            PolicyEvaluator rules = new(policy);

            foreach (string name in names)
            {
                string[]? executables = random.NextExecutables();
                NameDecision decision = compiled.DecideName(WireName.Of(name), executables);

                // Where a name below it resolves for another program alone, either answer will do.
                bool resolves = rules.Resolves(name, executables);
                bool below = !resolves && witnesses.Any(other => IsBelow(other, name) && rules.Resolves(other, executables));
                bool belowForSome = !resolves && witnesses.Any(other => IsBelow(other, name) && Everybody.Any(who => rules.Resolves(other, who)));
                if (decision.Resolves != resolves || (decision.HasAllowedDescendant ? !belowForSome : below))
                {
                    decision.Should().Be((resolves, below, belowForSome), "\"{0}\"; {1}", name, random.Description);
                }
            }
        }
    }

    [Fact]
    public void Every_network_stands_once_and_in_order()
    {
        for (int seed = 0; seed < Policies; seed++)
        {
            CompiledPolicy compiled = new RandomPolicy(seed).Next().Compile();

            AddressPrefix[] networks =
            [
                .. compiled.Networks.Select(entry => AddressPrefix.Of(entry.Network.BaseAddress) with { Length = entry.Network.PrefixLength }),
            ];
            networks.SequenceEqual(networks.Distinct().Order()).Should().BeTrue("seed {0}", seed);
        }
    }

    private static bool IsBelow(string name, string parent) =>
        name.Length > parent.Length && (parent.Length == 0 || name.EndsWith("." + parent, StringComparison.OrdinalIgnoreCase));
}
