using System.Text;
using EbpfFirewall.Policies;
using EbpfFirewall.Policies.Parsing;
using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Core.Tests.Policies;

/// <summary>Whatever the text, the answer is a rule or a problem, never an exception, never neither.</summary>
public sealed class RuleParserFuzzTests
{
    private const int Rounds = 60_000;

    private static readonly string[] Pieces =
    [
        "a", "example", "com", ".", "..", "*", "*.", "=", ":", "::", ",", "-", "/", "//", "://", "[", "]", "@", " ", "\"", "\\", "0", "1", "8", "10", "255", "256",
        "443", "65535", "65536", "0x7f", "ffff", "2001:db8", "tcp", "udp", "http", "https", "icmp", "unix:", "loopback", "localhost", "GET", "id=", "comment=",
        "ttl=", "exe=", "10m", "%", "?", "#", "ü", "ß", "漢", "\u0301", "\ud800", "\udc00", "\0", "\n", "\u202e", "xn--", "**", "127.0.0.1", "/24", "_",
    ];

    [Fact]
    public void A_rule_is_read_or_refused()
    {
        Random random = new(11);
        int rules = 0;
        for (int i = 0; i < Rounds; i++)
        {
            string text = Next(random);
            List<PolicyProblem> problems = [];

            RuleSpecification? rule = RuleParser.Parse(text, "fuzz", problems);

            (rule is null).Should().Be(problems.Count > 0, "{0}", text);
            problems.All(problem => problem.Position >= -1 && problem.Position <= text.Length && problem.ToString().Length > 0).Should().BeTrue(text);
            if (rule is not null)
            {
                rules++;
                RuleParser.Parse(rule.ToString(), "fuzz", problems)!.ToString().Should().Be(rule.ToString(), "{0}", text);
            }
        }

        rules.Should().BeGreaterThan(Rounds / 200, "the fuzzer has to reach rules, too");
    }

    [Fact]
    public void A_list_is_split_or_refused()
    {
        Random random = new(12);
        for (int i = 0; i < Rounds; i++)
        {
            string text = Next(random);
            List<PolicyProblem> problems = [];

            List<string> rules = RuleListParser.Split(text, "fuzz", problems);

            (rules.Count + problems.Count).Should().BePositive();
            problems.All(problem => problem.Position >= -1 && problem.Position <= text.Length && problem.ToString().Length > 0).Should().BeTrue(text);
        }
    }

    private static string Next(Random random)
    {
        StringBuilder text = new();
        for (int count = random.Next(1, 9); count > 0; count--)
        {
            text.Append(Pieces[random.Next(Pieces.Length)]);
        }

        return text.ToString();
    }
}
