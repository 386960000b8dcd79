using System.Net;
using EbpfFirewall.Decisions;
using EbpfFirewall.Policies;
using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Core.Tests.Docs;

/// <summary>docs/policy.md says what is so.</summary>
public sealed class PolicyPageTests
{
    private static readonly MarkdownFile Page = MarkdownFile.Read("docs", "policy.md");

    [Fact]
    public void Every_rule_it_shows_is_one()
    {
        List<string> rules = Page.FirstColumn("rule");

        rules.Should().HaveCountGreaterThan(10);
        foreach (string rule in rules)
        {
            new FirewallPolicyBuilder().Allow(rule).Build().Rules.Should().ContainSingle();
        }
    }

    [Fact]
    public void Every_form_it_calls_unsupported_is_refused_as_such()
    {
        List<string> rules = Page.FirstColumn("not yet");

        rules.Should().HaveCountGreaterThan(4);
        foreach (string rule in rules)
        {
            ProblemsOf(rule).Should().ContainSingle().Which.Message.Should().Contain("not supported yet", rule);
        }
    }

    [Fact]
    public void Every_mistake_it_shows_is_one()
    {
        List<string> rules = Page.FirstColumn("wrong");

        rules.Should().HaveCountGreaterThan(4);
        foreach (string rule in rules)
        {
            ProblemsOf(rule).Should().ContainSingle().Which.Message.Should().NotContain("not supported yet", rule);
        }
    }

    [Fact]
    public void It_lists_the_modes()
    {
        Page.FirstColumn("mode").Should().BeEquivalentTo(PolicyModeText.All);
    }

    [Fact]
    public void It_lists_the_built_in_networks()
    {
        IEnumerable<string> builtIn = BuiltInNetworks.Reserved.Concat(BuiltInNetworks.Loopback).Select(prefix => prefix.ToString());

        Page.FirstColumn("network").Should().BeEquivalentTo(builtIn);
    }

    [Fact]
    public void Its_lists_parse()
    {
        string list = Page.Blocks("list").Should().ContainSingle().Subject.Trim();

        new FirewallPolicyBuilder().AllowList(list).Build().Rules.Select(rule => rule.Text)
            .Should().Equal("example.com", "10.0.0.0/8", "example.org:80,443");
    }

    [Theory]
    [InlineData("198.51.100.1", 80, "www.example.com", true)]
    [InlineData("198.51.100.1", 80, "admin.example.com", false)]
    [InlineData("198.51.100.1", 443, "admin.example.com", true)]
    [InlineData("203.0.113.5", 80, "www.example.com", false)]
    [InlineData("203.0.113.10", 22, "", true)]
    [InlineData("203.0.113.10", 80, "www.example.com", false)]
    [InlineData("198.51.100.1", 80, "", false)]
    public void Its_first_example_does_what_it_says(string address, int port, string name, bool open)
    {
        PolicyEvaluator policy = new(Example(0));

        PolicyEvaluation decision = policy.Decide(IPAddress.Parse(address), port, TransportProtocols.Tcp, name.Length > 0 ? [name] : []);

        decision.Verdict.Should().Be(open ? Verdict.Allow : Verdict.Deny);
    }

    [Theory]
    [InlineData("192.0.2.7", 5432, TransportProtocols.Tcp, true)]
    [InlineData("192.0.2.7", 5432, TransportProtocols.Udp, false)]
    [InlineData("192.0.2.7", 80, TransportProtocols.Tcp, false)]
    [InlineData("127.0.0.1", 5432, TransportProtocols.Tcp, true)]
    [InlineData("::1", 5432, TransportProtocols.Tcp, true)]
    [InlineData("127.0.0.1", 80, TransportProtocols.Tcp, false)]
    [InlineData("2001:db8::1", 80, TransportProtocols.Tcp, false)]
    public void Its_second_example_does_what_it_says(string address, int port, TransportProtocols protocol, bool open)
    {
        PolicyEvaluator policy = new(Example(1));

        policy.Decide(IPAddress.Parse(address), port, protocol, []).Verdict.Should().Be(open ? Verdict.Allow : Verdict.Deny);
    }

    [Fact]
    public void The_page_of_the_error_shows_what_is_printed()
    {
        string shown = MarkdownFile.Read("docs", "errors", "EFW0001.md").Blocks("").Should().ContainSingle().Subject;

        Action build = () => new FirewallPolicyBuilder().Allow("10.1.2.3/8", "--allow").Deny("a..b", "--deny").Build();

        build.Should().Throw<PolicyValidationException>().Which.Message.Should().Be(shown.TrimEnd());
    }

    private static FirewallPolicy Example(int index)
    {
        FirewallPolicyBuilder builder = new();
        foreach (string line in Page.Blocks("rules")[index].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ', 2);
            _ = words[0] switch
            {
                "--allow" => builder.Allow(words[1], words[0]),
                "--deny" => builder.Deny(words[1], words[0]),
                _ => throw new InvalidOperationException(line),
            };
        }

        return builder.Build();
    }

    private static IReadOnlyList<PolicyProblem> ProblemsOf(string rule)
    {
        Action build = () => new FirewallPolicyBuilder().Allow(rule).Build();
        return build.Should().Throw<PolicyValidationException>("{0} is wrong", rule).Which.Problems;
    }
}
