using EbpfFirewall.Core.Tests.Support;
using EbpfFirewall.Policies;
using EbpfFirewall.Policies.Parsing;
using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Core.Tests.Policies;

public sealed class RuleGrammarTests
{
    [Theory]
    [InlineData("example.com", "example.com")]
    [InlineData("EXAMPLE.Com.", "example.com")]
    [InlineData("  example.com\t", "example.com")]
    [InlineData("=Example.com", "=example.com")]
    [InlineData("*.example.com.", "*.example.com")]
    [InlineData("com", "com")]
    [InlineData("_dmarc.example.com", "_dmarc.example.com")]
    [InlineData("r3---sn-x.example.com", "r3---sn-x.example.com")]
    [InlineData("1e100.net", "1e100.net")]
    [InlineData("3.example.com", "3.example.com")]
    [InlineData("loopback.example.com", "loopback.example.com")]
    [InlineData("=loopback", "=loopback")]
    [InlineData("get", "get")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("BÜCHER.example", "xn--bcher-kva.example")]
    [InlineData("faß.example", "xn--fa-hia.example")]
    [InlineData("例え.テスト", "xn--r8jz45g.xn--zckzah")]
    [InlineData("правда.рф", "xn--80aafi6cg.xn--p1ai")]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("192.0.2.7/32", "192.0.2.7")]
    [InlineData("2001:DB8:0:0::1", "2001:db8::1")]
    [InlineData("2001:db8::/32", "2001:db8::/32")]
    [InlineData("::", "::")]
    [InlineData("::/0", "::/0")]
    [InlineData("[2001:db8::1]", "2001:db8::1")]
    [InlineData("[2001:db8::]/32", "2001:db8::/32")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("::ffff:c000:207", "192.0.2.7")]
    [InlineData("::ffff:10.0.0.0/104", "10.0.0.0/8")]
    [InlineData("[::ffff:0:0]/96:80", "0.0.0.0/0:80")]
    [InlineData("::/80", "::/80")]
    [InlineData("example.com:443", "example.com:443")]
    [InlineData("example.com:80,443,8000-8100", "example.com:80,443,8000-8100")]
    [InlineData("example.com:443,80,443,100-90,90-110", null)]
    [InlineData("example.com:443,80,443,90-100,95-110,111", "example.com:80,90-111,443")]
    [InlineData("10.0.0.0/8:22", "10.0.0.0/8:22")]
    [InlineData("[2001:db8::]/32:443", "[2001:db8::]/32:443")]
    [InlineData("[2001:db8::1]:443", "[2001:db8::1]:443")]
    [InlineData("*.example.com:65535", "*.example.com:65535")]
    [InlineData("loopback", "loopback")]
    [InlineData("LOOPBACK:5432", "loopback:5432")]
    [InlineData("tcp://example.com:5432", "tcp://example.com:5432")]
    [InlineData("UDP://192.0.2.7:123", "udp://192.0.2.7:123")]
    [InlineData("udp://[2001:db8::1]:123", "udp://[2001:db8::1]:123")]
    [InlineData("tcp://=example.com", "tcp://=example.com")]
    public void A_rule_has_one_normal_form(string rule, string? normal)
    {
        List<PolicyProblem> problems = [];

        RuleSpecification? specification = RuleParser.Parse(rule, "test", problems);

        specification?.ToString().Should().Be(normal);
        problems.Should().HaveCount(normal is null ? 1 : 0);
        if (normal is not null)
        {
            RuleParser.Parse(normal, "test", problems)!.ToString().Should().Be(normal, "the normal form is a rule itself");
        }
    }

    [Theory]
    [InlineData("", -1, "empty")]
    [InlineData("   ", -1, "empty")]
    [InlineData("a..b", 2, "empty label")]
    [InlineData(".example.com", 0, "empty label")]
    [InlineData("example.com..", 12, "empty label")]
    [InlineData(".", 0, "names no host")]
    [InlineData("=", 0, "names no host")]
    [InlineData("*.", 0, "names no host")]
    [InlineData("*", 0, "\"*\" alone")]
    [InlineData("*:443", 0, "\"*\" alone")]
    [InlineData("*example.com", 0, "stands only alone in front")]
    [InlineData("www.*.com", 4, "stands only alone in front")]
    [InlineData("=*.example.com", 1, "stands only alone in front")]
    [InlineData("exa mple.com", 4, "not an option")]
    [InlineData("exa/mple", 3, "no path")]
    [InlineData("a.com,b.com", 5, "names one destination")]
    [InlineData("user@example.com", 4, "no user")]
    [InlineData("exam!ple.com", 4, "cannot stand in a name")]
    [InlineData("example.com\nevil.com", 11, "control character")]
    [InlineData("example.com\u007f", 11, "control character")]
    [InlineData("localhost", 0, "never looked up")]
    [InlineData("db.localhost:5432", 0, "never looked up")]
    [InlineData("--allow", 0, "command-line option")]
    [InlineData("GET", 0, "only a method")]
    [InlineData("443", 0, "not an IPv4 address")]
    [InlineData("999.1.1.1", 0, "not an IPv4 address")]
    [InlineData("10.1", 0, "not an IPv4 address")]
    [InlineData("010.0.0.1", 0, "not an IPv4 address")]
    [InlineData("0x7f.1", 0, "not an IPv4 address")]
    [InlineData("0x7f000001", 0, "not an IPv4 address")]
    [InlineData("1.2.3.4.5", 0, "not an IPv4 address")]
    [InlineData("1.2.3.4.", 0, "not an IPv4 address")]
    [InlineData("example.1", 0, "not an IPv4 address")]
    [InlineData("10.0.0.0/33", 9, "not a prefix length between 0 and 32")]
    [InlineData("10.0.0.0/", 9, "not a prefix length")]
    [InlineData("10.0.0.0/08", 9, "not a prefix length")]
    [InlineData("10.0.0.0/+8", 9, "not a prefix length")]
    [InlineData("10.0.0.0/255.0.0.0", 9, "netmask")]
    [InlineData("10.1.2.3/8", 0, "bits behind its prefix length")]
    [InlineData("2001:db8::1/32", 0, "bits behind its prefix length")]
    [InlineData("::ffff:0.0.0.0/80", 0, "bits behind its prefix length")]
    [InlineData("2001:db8::/129", 11, "between 0 and 128")]
    [InlineData("2001:db8::/32:443", 13, "needs brackets")]
    [InlineData("[2001:db8::/32]:443", 1, "inside the brackets")]
    [InlineData("[2001:db8::1", 0, "closing bracket")]
    [InlineData("[2001:db8::1]443", 13, "behind the closing bracket")]
    [InlineData("[example.com]:443", 1, "not an IPv6 address")]
    [InlineData("[]", 1, "not an IPv6 address")]
    [InlineData("fe80::1%eth0", 7, "no zone")]
    [InlineData("2001:db8:::1", 0, "not an IPv6 address")]
    [InlineData("2001:db8::12345", 0, "not an IPv6 address")]
    [InlineData("::ffff:010.0.0.1", 0, "not an IPv6 address")]
    [InlineData("example.com:", 12, "a port is missing")]
    [InlineData("example.com:0", 12, "between 1 and 65535")]
    [InlineData("example.com:65536", 12, "between 1 and 65535")]
    [InlineData("example.com:0443", 12, "between 1 and 65535")]
    [InlineData("example.com:99999999999", 12, "between 1 and 65535")]
    [InlineData("example.com:443-80", 12, "runs backwards")]
    [InlineData("example.com:80,", 15, "a port is missing")]
    [InlineData("example.com:80,,443", 15, "a port is missing")]
    [InlineData("example.com:80-", 15, "a port is missing")]
    [InlineData("example.com:-80", 12, "a port is missing")]
    [InlineData("example.com:https", 12, "not a port number")]
    [InlineData("example.com:80:443", 14, "not a port number")]
    [InlineData("10.0.0.1:80:443", 11, "not a port number")]
    [InlineData("example.com:*", 12, "not a port")]
    [InlineData(":443", 0, "in front of \":\" is missing")]
    [InlineData("tcp://", 6, "destination is missing")]
    [InlineData("tcp://exam ple", 11, "not an option")]
    [InlineData("ftp://example.com", 0, "not a scheme")]
    [InlineData("://example.com", 0, "not a scheme")]
    [InlineData("ex\u0301a.test", 2, "U+0301")]
    [InlineData("ﬁ.test", 0, "U+FB01")]
    [InlineData("a\u200db.test", 1, "U+200D")]
    [InlineData("a。test", 1, "U+3002")]
    [InlineData("-ü.test", 0, "hyphens")]
    public void A_wrong_rule_is_refused_where_it_goes_wrong(string rule, int position, string message)
    {
        List<PolicyProblem> problems = [];

        RuleSpecification? specification = RuleParser.Parse(rule, "--allow", problems);

        specification.Should().BeNull();
        PolicyProblem problem = problems.Should().ContainSingle().Subject;
        problem.Message.Should().Contain(message);
        problem.Position.Should().Be(position);
        problem.Source.Should().Be("--allow");
        problem.RuleText.Should().Be(rule);
        problem.Remedy.Should().NotBeEmpty();
        problem.ToString().Should().NotContainAny("\n", "\r", "\u007f");
    }

    [Theory]
    [InlineData("10.1.2.3/8", "10.0.0.0/8", "10.1.2.3")]
    [InlineData("2001:db8::1/32", "2001:db8::/32", "2001:db8::1")]
    [InlineData("example.com:443-80", "80-443")]
    [InlineData("example.com:https", "443")]
    [InlineData("localhost:5432", "loopback:5432")]
    [InlineData("*", "0.0.0.0/0", "::/0", "deny-list")]
    [InlineData("443", "example.com:443")]
    [InlineData("fe80::1%eth0", "fe80::1")]
    [InlineData("https://example.com:8443/x", "=example.com:8443")]
    [InlineData("http://[2001:db8::1]/x", "[2001:db8::1]:80")]
    public void The_remedy_shows_what_to_write(string rule, params string[] shown)
    {
        List<PolicyProblem> problems = [];

        RuleParser.Parse(rule, "test", problems);

        problems.Should().ContainSingle().Which.Remedy.Should().ContainAll(shown);
    }

    [Fact]
    public void Labels_and_names_keep_to_the_limits_of_DNS()
    {
        string label = new('a', 63);
        string longest = $"{label}.{label}.{label}.{new string('a', 61)}";

        Problems(longest).Should().BeEmpty();
        Problems(longest + "a").Should().ContainSingle().Which.Message.Should().Contain("254 characters");
        Problems(label + "a").Should().ContainSingle().Which.Message.Should().Contain("64 octets");
        Problems(new string('ü', 60)).Should().ContainSingle().Which.Message.Should().Contain("octets");
        Problems(new string('a', 100_000)).Should().ContainSingle().Which.RuleText.Length.Should().BeLessThan(100);
    }

    [Fact]
    public void Half_a_character_is_no_character()
    {
        Problems("ü\ud800.test").Should().ContainSingle().Which.Message.Should().Contain("half of a character");
    }

    [Fact]
    public void Several_mistakes_of_one_rule_are_reported_together()
    {
        Problems("a..b:99999 id=!! nonsense color=red").Should().HaveCount(5);
    }

    [Fact]
    public void Options_are_read()
    {
        FirewallRule rule = Policy.Of("+example.com:443  id=feed-1 comment=\"say \\\"why\\\", \\\\ too\"").Rules[0];

        rule.Id.Should().Be("feed-1");
        rule.Comment.Should().Be("say \"why\", \\ too");
        rule.Text.Should().StartWith("example.com:443  id=");
        rule.Destination.Should().Be("example.com:443");
    }

    private static List<PolicyProblem> Problems(string rule)
    {
        List<PolicyProblem> problems = [];
        RuleParser.Parse(rule, "test", problems);
        return problems;
    }
}
