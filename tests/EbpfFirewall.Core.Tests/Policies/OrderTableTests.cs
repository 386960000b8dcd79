using System.Net;
using EbpfFirewall.Core.Tests.Support;
using EbpfFirewall.Decisions;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Core.Tests.Policies;

/// <summary>
/// The order of rules, in full: every kind of rule that can speak of TCP port 443 of 10.0.0.1, to which the name www.example.com led,
/// against every other kind, as allow and as deny, in both orders of writing. The sender is /bin/a.
/// </summary>
public sealed class OrderTableTests
{
    /// <summary>The strongest first. Kinds in one line are equally strong: deny wins among them.</summary>
    private static readonly string[][] Kinds =
    [
        ["tcp://10.0.0.1:443 exe=/bin/a"],
        ["tcp://10.0.0.1:443"],
        ["10.0.0.1:443"],
        ["tcp://10.0.0.1"],
        ["10.0.0.1 exe=/bin/a", "::ffff:10.0.0.1 exe=/bin/a"],
        ["10.0.0.1", "::ffff:10.0.0.1"],
        ["tcp://10.0.0.0/8:443"],
        ["10.0.0.0/8:443", "10.0.0.0/8:1-1000"],
        ["tcp://10.0.0.0/8"],
        ["10.0.0.0/8"],
        ["0.0.0.0/0:443"],
        ["0.0.0.0/0"],
        ["tcp://=www.example.com:443"],
        ["=www.example.com:443"],
        ["tcp://=www.example.com"],
        ["=www.example.com exe=/bin/a"],
        ["=www.example.com"],
        ["tcp://www.example.com:443"],
        ["www.example.com:443"],
        ["tcp://www.example.com"],
        ["www.example.com"],
        ["tcp://*.example.com:443", "tcp://example.com:443"],
        ["*.example.com:443", "example.com:443"],
        ["tcp://*.example.com exe=/bin/a", "tcp://example.com exe=/bin/a"],
        ["tcp://*.example.com", "tcp://example.com"],
        ["*.example.com", "example.com"],
        ["com:443"],
        ["com"],
    ];

    /// <summary>Kinds that speak of something else: they never win.</summary>
    private static readonly string[] Strangers =
    [
        "10.0.0.1 exe=/bin/b", "www.example.com exe=/bin/b", "10.0.0.1:80", "udp://10.0.0.1", "10.0.0.2", "10.128.0.0/9", "=example.com", "*.www.example.com", "ample.com", "example.org", "udp://www.example.com",
    ];

    public static TheoryData<string> Rules
    {
        get
        {
            TheoryData<string> data = [];
            foreach (string rule in Kinds.SelectMany(kinds => kinds))
            {
                data.Add(rule);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_stronger_kind_decides(string rule)
    {
        int rank = RankOf(rule);
        foreach (string other in Kinds.SelectMany(kinds => kinds).Where(other => other != rule))
        {
            int otherRank = RankOf(other);
            foreach ((bool allows, bool otherAllows) in new[] { (true, true), (true, false), (false, true), (false, false) })
            {
                bool expected = rank == otherRank ? allows && otherAllows : rank < otherRank ? allows : otherAllows;

                Allows((rule, allows), (other, otherAllows)).Should().Be(expected, "{0} {1} meets {2} {3}", Sign(allows), rule, Sign(otherAllows), other);
                Allows((other, otherAllows), (rule, allows)).Should().Be(expected, "{0} {1} meets {2} {3}", Sign(otherAllows), other, Sign(allows), rule);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_that_speaks_of_something_else_changes_nothing(string rule)
    {
        foreach (string stranger in Strangers)
        {
            Allows((rule, true), (stranger, false)).Should().BeTrue("{0} does not speak of it", stranger);
            Allows((rule, false), (stranger, true)).Should().BeFalse("{0} does not speak of it", stranger);
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Where_no_rule_speaks_the_mode_decides(string rule)
    {
        IPAddress elsewhere = IPAddress.Parse("2001:db8::1");
        PolicyEvaluator allowList = new(Policy.Of("+" + rule));
        PolicyEvaluator denyList = new(Policy.Of("-" + rule));

        allowList.Decide(elsewhere, 443, TransportProtocols.Tcp, []).Should().Be(new PolicyEvaluation(Verdict.Deny, DecisionReason.NotInAllowList, -1));
        denyList.Decide(elsewhere, 443, TransportProtocols.Tcp, []).Should().Be(new PolicyEvaluation(Verdict.Allow, DecisionReason.NotInDenyList, -1));
    }

    [Theory]
    [InlineData("169.254.169.254", DecisionReason.ReservedDestination)]
    [InlineData("169.254.169.254", DecisionReason.ReservedDestination, "169.254.0.0/16")]
    [InlineData("169.254.169.254", DecisionReason.AllowedByRule, "169.254.169.254")]
    [InlineData("169.254.1.1", DecisionReason.ReservedDestination, "0.0.0.0/0", "::/0")]
    [InlineData("169.254.1.1", DecisionReason.AllowedByRule, "169.254.0.0/16")]
    [InlineData("169.254.1.1", DecisionReason.AllowedByRule, "169.254.1.0/24")]
    [InlineData("169.254.1.1", DecisionReason.ReservedDestination, "169.254.0.0/16:80")]
    [InlineData("fd00:ec2::254", DecisionReason.ReservedDestination, "fd00::/8")]
    [InlineData("fe80::1", DecisionReason.ReservedDestination, "::/0")]
    [InlineData("224.0.0.1", DecisionReason.ReservedDestination, "0.0.0.0/0")]
    [InlineData("255.255.255.255", DecisionReason.ReservedDestination, "240.0.0.0/4")]
    [InlineData("0.1.2.3", DecisionReason.ReservedDestination, "0.0.0.0/0")]
    [InlineData("168.63.129.16", DecisionReason.ReservedDestination, "0.0.0.0/0")]
    [InlineData("100.100.100.200", DecisionReason.ReservedDestination, "100.64.0.0/10")]
    [InlineData("64:ff9b::a00:1", DecisionReason.ReservedDestination, "::/0", "10.0.0.0/8")]
    [InlineData("::a00:1", DecisionReason.ReservedDestination, "::/0", "10.0.0.0/8")]
    [InlineData("2002:a00:1::", DecisionReason.ReservedDestination, "2000::/3")]
    [InlineData("2001:0:1::", DecisionReason.ReservedDestination, "2000::/3")]
    [InlineData("::ffff:10.0.0.1", DecisionReason.AllowedByRule, "10.0.0.0/8")]
    [InlineData("::ffff:10.0.0.1", DecisionReason.AllowedByName, "::/0")]
    [InlineData("127.0.0.1", DecisionReason.ForeignLoopback, "0.0.0.0/0", "::/0")]
    [InlineData("127.8.8.8", DecisionReason.ForeignLoopback)]
    [InlineData("::1", DecisionReason.ForeignLoopback, "::/0")]
    [InlineData("::ffff:127.0.0.1", DecisionReason.ForeignLoopback)]
    [InlineData("0.0.0.0", DecisionReason.ForeignLoopback, "0.0.0.0/8")]
    [InlineData("::", DecisionReason.ForeignLoopback, "::/96")]
    [InlineData("127.0.0.1", DecisionReason.AllowedByRule, "loopback")]
    [InlineData("::1", DecisionReason.AllowedByRule, "loopback:443")]
    [InlineData("0.0.0.0", DecisionReason.AllowedByRule, "loopback:443")]
    [InlineData("::1", DecisionReason.ForeignLoopback, "loopback:80")]
    [InlineData("127.0.0.1", DecisionReason.AllowedByRule, "127.0.0.1")]
    public void Special_destinations_stay_closed_until_a_rule_names_them(string address, DecisionReason reason, params string[] allowed)
    {
        string[] rules = [.. allowed.Select(rule => "+" + rule), "+www.example.com"];
        IPAddress destination = IPAddress.Parse(address);
        FirewallPolicy policy = Policy.Of(rules);

        PolicyEvaluation bySpec = new PolicyEvaluator(policy).Decide(destination, 443, TransportProtocols.Tcp, ["www.example.com"]);
        PolicyEvaluation byTables = new CompiledModel(policy.Compile()).Decide(destination, 443, TransportProtocols.Tcp, ["www.example.com"], false);

        bySpec.Reason.Should().Be(reason);
        byTables.Should().Be(bySpec);
    }

    [Theory]
    [InlineData(PolicyMode.DenyList)]
    [InlineData(PolicyMode.Observe)]
    public void Special_destinations_stay_closed_where_everything_else_is_open(PolicyMode mode)
    {
        PolicyEvaluator evaluator = new(Policy.Of(mode));

        evaluator.Decide(IPAddress.Parse("169.254.169.254"), 80, TransportProtocols.Tcp, []).Verdict.Should().Be(Verdict.Deny);
        evaluator.Decide(IPAddress.Parse("192.0.2.1"), 80, TransportProtocols.Tcp, []).Verdict.Should().Be(Verdict.Allow);
        evaluator.Decide(IPAddress.Loopback, 80, TransportProtocols.Tcp, [], ownListener: true).Reason.Should().Be(DecisionReason.OwnLoopback);
    }

    [Fact]
    public void Of_several_names_that_led_to_an_address_one_that_denies_is_enough()
    {
        PolicyEvaluator evaluator = new(Policy.Of("+example.com", "-example.org:443"));

        PolicyEvaluation both = evaluator.Decide(IPAddress.Parse("192.0.2.1"), 443, TransportProtocols.Tcp, ["example.com", "Example.ORG."]);
        PolicyEvaluation otherPort = evaluator.Decide(IPAddress.Parse("192.0.2.1"), 80, TransportProtocols.Tcp, ["example.org", "example.com"]);

        both.Should().Be(new PolicyEvaluation(Verdict.Deny, DecisionReason.DeniedByName, 1));
        otherPort.Should().Be(new PolicyEvaluation(Verdict.Allow, DecisionReason.AllowedByName, 0));
    }

    [Fact]
    public void A_network_beats_a_learned_name_and_leaves_the_name_itself_denied()
    {
        FirewallPolicy policy = Policy.Of("+10.0.0.0/8", "-secret.example");

        policy.Compile().DecideName(WireName.Of("secret.example")).Resolves.Should().BeFalse();
        new PolicyEvaluator(policy).Decide(IPAddress.Parse("10.0.0.1"), 443, TransportProtocols.Tcp, ["secret.example"])
            .Reason.Should().Be(DecisionReason.AllowedByRule);
    }

    [Theory]
    [InlineData(PolicyMode.BlockAll, Verdict.Deny, DecisionReason.BlockAll)]
    [InlineData(PolicyMode.Disabled, Verdict.Allow, DecisionReason.None)]
    public void Two_modes_ask_no_rule(PolicyMode mode, Verdict verdict, DecisionReason reason)
    {
        FirewallPolicy policy = Policy.Of(mode, "+10.0.0.1", "-10.0.0.2", "+loopback");

        CompiledPolicy compiled = policy.Compile();

        compiled.Networks.Should().BeEmpty();
        compiled.Terms.Should().BeEmpty();
        foreach (string address in new[] { "10.0.0.1", "10.0.0.2", "127.0.0.1", "169.254.169.254" })
        {
            PolicyEvaluation expected = new(verdict, reason, -1);
            new PolicyEvaluator(policy).Decide(IPAddress.Parse(address), 443, TransportProtocols.Tcp, []).Should().Be(expected);
            new CompiledModel(compiled).Decide(IPAddress.Parse(address), 443, TransportProtocols.Tcp, [], false).Should().Be(expected);
        }
    }

    [Theory]
    [InlineData("10.0.0.1 exe=/bin/a")]
    [InlineData("www.example.com exe=/bin/a")]
    public void A_sender_that_is_not_known_is_denied_what_one_program_may_and_what_one_may_not(string rule)
    {
        IPAddress address = IPAddress.Parse("10.0.0.1");
        PolicyEvaluator allows = new(Policy.Of("+" + rule));
        PolicyEvaluator denies = new(Policy.Of("-" + rule));

        allows.Decide(address, 443, TransportProtocols.Tcp, ["www.example.com"]).Verdict.Should().Be(Verdict.Deny);
        denies.Decide(address, 443, TransportProtocols.Tcp, ["www.example.com"]).Verdict.Should().Be(Verdict.Deny);
        allows.Decide(address, 443, TransportProtocols.Tcp, ["www.example.com"], executables: ["/bin/b"]).Verdict.Should().Be(Verdict.Deny);
        denies.Decide(address, 443, TransportProtocols.Tcp, ["www.example.com"], executables: ["/bin/b"]).Verdict.Should().Be(Verdict.Allow);
    }

    private static int RankOf(string rule) => Array.FindIndex(Kinds, kinds => kinds.Contains(rule));

    private static string Sign(bool allows) => allows ? "allow" : "deny";

    private static bool Allows(params (string Rule, bool Allows)[] rules)
    {
        FirewallPolicyBuilder builder = new FirewallPolicyBuilder().UseMode(PolicyMode.AllowList);
        for (int i = 0; i < rules.Length; i++)
        {
            string source = $"source {i}";
            _ = rules[i].Allows ? builder.Allow(rules[i].Rule, source) : builder.Deny(rules[i].Rule, source);
        }

        FirewallPolicy policy = builder.Build();
        IPAddress address = IPAddress.Parse("10.0.0.1");
        PolicyEvaluation byRules = new PolicyEvaluator(policy).Decide(address, 443, TransportProtocols.Tcp, ["www.example.com"], executables: ["/bin/a"]);
        PolicyEvaluation byTables = new CompiledModel(policy.Compile()).Decide(address, 443, TransportProtocols.Tcp, ["www.example.com"], false, ["/bin/a"]);
        byTables.Verdict.Should().Be(byRules.Verdict);
        return byRules.Verdict == Verdict.Allow;
    }
}
