using EbpfFirewall.Policies;
using EbpfFirewall.Policies.Parsing;
using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Core.Tests.Policies;

/// <summary>Options, and the forms of rules that are read but not supported yet.</summary>
public sealed class RuleFormsTests
{
    [Theory]
    [InlineData("a.test id=", "an id is")]
    [InlineData("a.test id=a/b", "an id is")]
    [InlineData("a.test id=a id=b", "stands twice")]
    [InlineData("a.test comment=", "a comment is")]
    [InlineData("a.test comment=\"x", "closing quote is missing")]
    [InlineData("a.test comment=\"x\"y", "after the closing quote")]
    [InlineData("a.test comment=x\"y\"", "inside a bare value")]
    [InlineData("a.test comment=\"\\n\"", "not an escape")]
    [InlineData("a.test color=red", "no option \"color=\"")]
    [InlineData("a.test =red", "not an option")]
    [InlineData("a.test b.test", "not an option")]
    [InlineData("a.test ttl=10", "not a duration")]
    [InlineData("a.test ttl=0m", "not a duration")]
    [InlineData("a.test ttl=m", "not a duration")]
    [InlineData("a.test exe=git", "not the absolute path")]
    [InlineData("a.test exe=/usr/../git", "not the absolute path")]
    [InlineData("unix:run/x", "not absolute")]
    [InlineData("unix:", "is missing")]
    [InlineData("unix:@", "is missing")]
    [InlineData("unix:/run/../x", "segment")]
    [InlineData("unix:/run//x", "segment")]
    [InlineData("unix:/run/*/x", "last segment")]
    [InlineData("@", "not the name of a preset")]
    [InlineData("@Git Hub", "not the name of a preset", 2)]
    [InlineData("https://", "host of the URL is missing")]
    [InlineData("https:///x", "host of the URL is missing")]
    [InlineData("https://example.com/x?y=1", "no query")]
    [InlineData("https://u:p@example.com/", "no query, fragment, user")]
    [InlineData("https://*.example.com/", "one exact host")]
    [InlineData("https://loopback/", "one exact host")]
    [InlineData("https://example.com:1-2/", "at most one port")]
    [InlineData("https://example.com:1,3/", "at most one port")]
    [InlineData("https://example.com/a/../b", "segment")]
    [InlineData("https://example.com//b", "segment")]
    [InlineData("https://example.com/%zz", "two hexadecimal digits")]
    [InlineData("https://example.com/ü", "ASCII")]
    [InlineData("https://example.com/a/**", "not a pattern of paths")]
    [InlineData("GET,,HEAD https://example.com/", "not an HTTP method")]
    [InlineData("get https://example.com/", "not an HTTP method")]
    [InlineData("GET tcp://example.com", "http:// and https:// only")]
    [InlineData("icmp://example.com:80", "no ports")]
    [InlineData("icmp://a..b", "empty label")]
    public void Mistakes_in_options_and_in_forms_to_come_are_mistakes_of_their_own(string rule, string message, int count = 1)
    {
        List<PolicyProblem> problems = Problems(rule);

        problems.Should().HaveCount(count);
        problems.Should().Contain(problem => problem.Message.Contains(message, StringComparison.Ordinal));
        problems.Should().NotContain(problem => problem.Message.Contains("not supported yet", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://example.com", "https:// rule")]
    [InlineData("https://example.com/", "https:// rule")]
    [InlineData("HTTP://example.com:8080/a/*/b/", "http:// rule")]
    [InlineData("https://192.0.2.7/x%20y", "https:// rule")]
    [InlineData("https://[2001:db8::1]:8443/x", "https:// rule")]
    [InlineData("GET,HEAD https://example.com/api/*", "https:// rule")]
    [InlineData("@docker-hub", "preset @docker-hub")]
    [InlineData("icmp://10.0.0.0/8", "icmp:// rule")]
    [InlineData("example.com ttl=10m", "option ttl=")]
    public void Forms_to_come_are_read_and_refused_by_name(string rule, string form)
    {
        PolicyProblem problem = Problems(rule).Should().ContainSingle().Subject;

        problem.Message.Should().Contain(form).And.Contain("is not supported yet");
        problem.Remedy.Should().NotBeEmpty();
    }

    [Theory]
    [InlineData("example.com exe=/usr/bin/git", "/usr/bin/git", "example.com exe=/usr/bin/git")]
    [InlineData("example.com:443 id=x exe=\"/opt/a b/\\\"git\\\\\"", "/opt/a b/\"git\\", "example.com:443 exe=\"/opt/a b/\\\"git\\\\\"")]
    public void A_rule_for_one_program_has_its_path(string rule, string path, string normalForm)
    {
        List<PolicyProblem> problems = [];

        RuleSpecification parsed = RuleParser.Parse(rule, "test", problems)!;

        problems.Should().BeEmpty();
        parsed.Executable.Should().Be(path);
        parsed.ToString().Should().Be(normalForm);
        RuleParser.Parse(normalForm, "test", problems)!.ToString().Should().Be(normalForm);
    }

    [Fact]
    public void A_policy_knows_its_programs_each_once()
    {
        FirewallPolicy policy = new FirewallPolicyBuilder().Allow("a.test exe=/bin/b").Allow("b.test exe=/bin/a").Deny("c.test exe=/bin/b").Allow("d.test").Build();

        policy.Executables.Should().Equal("/bin/b", "/bin/a");
        policy.Compile().Terms.Select(term => term.ExecutableIndex).Distinct().Should().BeEquivalentTo([-1, 0, 1]);
    }

    [Fact]
    public void What_overrules_a_rule_for_one_program_makes_it_dead()
    {
        FirewallPolicyBuilder builder = new FirewallPolicyBuilder().Deny("a.test:1-65535").Allow("a.test exe=/bin/a").Allow("b.test exe=/bin/a").Deny("b.test exe=/bin/a");

        builder.Invoking(policy => policy.Build()).Should().Throw<PolicyValidationException>().Which.Problems
            .Should().ContainSingle().Which.RuleText.Should().Be("b.test exe=/bin/a");
    }

    [Theory]
    [InlineData("unix:/run/x.sock")]
    [InlineData("UNIX:/run/x.sock", "unix:/run/x.sock")]
    [InlineData("unix:@name")]
    [InlineData("unix:@/tmp/dbus-**")]
    [InlineData("unix:/run/user/**")]
    [InlineData("unix:/**")]
    public void Unix_sockets_are_rules(string rule, string? normal = null)
    {
        List<PolicyProblem> problems = [];

        RuleSpecification? parsed = RuleParser.Parse(rule, "test", problems);

        problems.Should().BeEmpty();
        parsed!.ToString().Should().Be(normal ?? rule);
    }

    private static List<PolicyProblem> Problems(string rule)
    {
        List<PolicyProblem> problems = [];
        RuleParser.Parse(rule, "test", problems);
        return problems;
    }
}
