using System.Buffers;
using System.Text;
using System.Text.Json;
using EbpfFirewall.Core.Tests.Support;
using EbpfFirewall.Decisions;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Core.Tests.Decisions;

public sealed class DecisionJsonTests
{
    private static readonly JsonElement Schema =
        JsonDocument.Parse(RepositoryFiles.Read("docs", "schema", "decision-event.schema.json")).RootElement;

    [Fact]
    public void A_denied_name_reads_like_this() => Check(
        Samples.DeniedName,
        """{"time":"2026-03-01T12:00:00.2500000Z","level":"WARN","msg":"DNS BLOCKED","because":"NotInAllowList","blocked":true,"blockedAt":"dns","domains":"registry.example.com.","ruleSource":"NotInAllowList","ruleSourceComment":"Domain doesn't match any allowlist prefixes","pid":4711,"port":"53","ip":"","originalIp":"192.0.2.53","url":"","cmd":"curl -s https://registry.example.com/x","explanation":"No rule allows registry.example.com. Allow it with --allow registry.example.com","reason":"NotInAllowList","stage":"dns","verdict":"deny","mode":"allow-list","sandbox":"run-1","revision":1,"repeat":1,"protocol":"udp","names":["registry.example.com"],"queryType":"AAAA","dnsTransactionId":4242,"attribution":"socket","uid":1000,"startTime":123.45,"comm":"curl","exe":"/usr/bin/curl","args":["curl","-s","https://registry.example.com/x"],"parents":[{"pid":4700,"startTime":120,"comm":"bash"},{"pid":1,"startTime":0,"comm":"init"}]}""");

    [Fact]
    public void A_name_on_the_deny_list_reads_like_this() => CheckPart(
        Samples.NameOnDenyList,
        ""","msg":"DNS BLOCKED","because":"MatchedBlockListDomain","blocked":true,"blockedAt":"dns","domains":"registry.example.com.","ruleSource":"MatchedBlockListDomain","ruleSourceComment":"Domain matched blocklist prefix: example.com","pid":4711,""",
        ""","reason":"NameDenied","stage":"dns","verdict":"deny","mode":"deny-list","sandbox":"run-1","revision":1,"repeat":1,"rule":"example.com","ruleId":"deny-1",""");

    [Fact]
    public void An_allowed_name_reads_like_this() => CheckPart(
        Samples.AllowedName,
        ""","level":"INFO","msg":"DNS ALLOWED","because":"Allowed","blocked":false,"blockedAt":"dns","domains":"registry.example.com.","ruleSource":"FromDNSRequest","ruleSourceComment":"Matched Domain Prefix: *.example.com","pid":4711,"port":"53","ip":"198.51.100.7","originalIp":"192.0.2.53",""",
        ""","names":["registry.example.com"],"addresses":["198.51.100.7","2001:db8::7"],"queryType":"AAAA",""");

    [Fact]
    public void A_denied_connect_reads_like_this() => CheckPart(
        Samples.DeniedConnect,
        ""","level":"WARN","msg":"PACKET BLOCKED","because":"IPNotAllowed","blocked":true,"blockedAt":"packet","domains":"None","ruleSource":"NotInAllowList","ruleSourceComment":"Unknown","pid":4711,"port":"443","ip":"2001:db8::9","originalIp":"2001:db8::9","url":"",""",
        ""","reason":"NotInAllowList","stage":"connect","verdict":"deny","mode":"allow-list","sandbox":"run-1","revision":3,"repeat":12,"protocol":"tcp","attribution":"caller",""");

    [Fact]
    public void A_packet_to_a_denied_names_address_reads_like_this() => CheckPart(
        Samples.DeniedByLearnedName,
        ""","because":"IPNotAllowed","blocked":true,"blockedAt":"packet","domains":"example.com., www.example.com.","ruleSource":"FromDNSRequest","ruleSourceComment":"Domain matched blocklist prefix: example.com:443","pid":4711,"port":"443","ip":"198.51.100.7","originalIp":"198.51.100.7",""");

    [Fact]
    public void What_would_have_been_blocked_reads_like_this() => CheckPart(
        Samples.Observed,
        ""","level":"INFO","msg":"PACKET WOULD BE BLOCKED","because":"IPNotAllowed","blocked":false,""",
        ""","verdict":"deny","mode":"observe",""");

    [Fact]
    public void A_refused_socket_without_a_process_reads_like_this() => Check(
        Samples.RawSocket,
        """{"time":"2026-03-01T12:00:00.2500000Z","level":"WARN","msg":"PACKET BLOCKED","because":"IPNotAllowed","blocked":true,"blockedAt":"packet","domains":"None","ruleSource":"Unknown","ruleSourceComment":"Unknown","pid":-1,"port":"","ip":"","originalIp":"","url":"","cmd":"unknown","explanation":"A socket AF_INET SOCK_RAW icmp is not allowed: only TCP and UDP sockets may reach the network.","reason":"SocketType","stage":"socket","verdict":"deny","mode":"allow-list","sandbox":"run-1","revision":1,"repeat":1,"protocol":"icmp","socketFamily":"AF_INET","socketType":"SOCK_RAW","attribution":"unknown"}""");

    [Fact]
    public void A_redirect_reads_like_this() => CheckPart(
        Samples.Redirect,
        """{"time":"2026-03-01T12:00:00.2500000Z","level":"INFO","msg":"DNS Redirect","eventType":"DNS Redirect","ip":"127.0.0.1","originalIp":"192.0.2.53","port":53,"pid":4711,"cmd":"curl -s https://registry.example.com/x","allowed":true,"reason":"DnsRedirect",""",
        ""","dnsTransactionId":4242,""");

    [Fact]
    public void A_listener_of_the_sandbox_reads_like_this() => CheckPart(
        Samples.OwnListener,
        ""","msg":"Localhost Packet Bypass","eventType":"Localhost Packet Bypass","ip":"::1","originalIp":"::1","port":5432,"pid":4711,""");

    [Fact]
    public void A_line_ends_with_a_line_break_and_has_no_other()
    {
        ArrayBufferWriter<byte> output = new();

        DecisionJson.WriteLine(Samples.DeniedName, output);
        DecisionJson.WriteLine(Samples.RawSocket, output);

        Encoding.UTF8.GetString(output.WrittenSpan).Should().Be(
            DecisionJson.Format(Samples.DeniedName) + "\n" + DecisionJson.Format(Samples.RawSocket) + "\n");
    }

    [Theory]
    [InlineData("x\n{\"level\":\"INFO\"}")]
    [InlineData("a\",\"blocked\":false,\"b\":\"")]
    [InlineData("\u001b[2J\u009b31m\u0085\u2028\u2029")]
    [InlineData("right\u202eleft\u200b")]
    [InlineData("ünï 例 \U0001F600 <&>'+")]
    public void What_a_program_chose_comes_back_as_it_was_and_breaks_nothing(string hostile)
    {
        DecisionEvent decision = Samples.DeniedConnect with
        {
            Names = [hostile],
            Process = Samples.Curl with { Name = hostile, Executable = hostile, Arguments = [hostile, ""] },
        };

        string json = DecisionJson.Format(decision);

        JsonElement record = JsonDocument.Parse(json).RootElement;
        record.GetProperty("cmd").GetString().Should().Be(hostile + " ");
        record.GetProperty("args")[0].GetString().Should().Be(hostile);
        record.GetProperty("names")[0].GetString().Should().Be(hostile);
        record.GetProperty("exe").GetString().Should().Be(hostile);
        record.EnumerateObject().Select(field => field.Name).Should().OnlyHaveUniqueItems();
        record.GetProperty("blocked").GetBoolean().Should().BeTrue();
        json.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029' or '\u202e' or '\u200b').Should().BeFalse();
    }

    [Fact]
    public void Every_record_fits_the_schema()
    {
        JsonSchemaChecker checker = new(Schema);
        foreach (DecisionEvent sample in Samples.All)
        {
            foreach (DecisionReason reason in Enum.GetValues<DecisionReason>())
            {
                foreach (DecisionStage stage in Enum.GetValues<DecisionStage>())
                {
                    foreach (PolicyMode mode in Enum.GetValues<PolicyMode>())
                    {
                        string json = DecisionJson.Format(sample with { Reason = reason, Stage = stage, Mode = mode });

                        List<string> errors = checker.Check(JsonDocument.Parse(json).RootElement);

                        errors.Should().BeEmpty(json);
                    }
                }
            }
        }
    }

    [Fact]
    public void The_schema_knows_exactly_the_words_of_the_code()
    {
        Words("reason").Should().Equal(Enum.GetNames<DecisionReason>());
        Words("stage").Should().BeEquivalentTo(Enum.GetNames<DecisionStage>().Select(name => name.ToLowerInvariant()));
        Words("verdict").Should().BeEquivalentTo(Enum.GetNames<Verdict>().Select(name => name.ToLowerInvariant()));
        Words("attribution").Should().BeEquivalentTo(Enum.GetNames<Attribution>().Select(name => name.ToLowerInvariant()));
        Words("mode").Should().BeEquivalentTo(PolicyModeText.All);
    }

    [Theory]
    [InlineData("\"pid\":4711", "\"pid\":\"4711\"")]
    [InlineData("\"port\":\"53\"", "\"port\":53")]
    [InlineData("\"blockedAt\":\"dns\"", "\"blockedAt\":\"connect\"")]
    [InlineData("\"because\":\"NotInAllowList\",", "")]
    [InlineData("\"reason\":\"NotInAllowList\"", "\"reason\":\"Whatever\"")]
    [InlineData("\"revision\":1,", "")]
    [InlineData("\"comm\":\"bash\"", "\"comm\":7")]
    [InlineData("\"url\":\"\"", "\"URL\":\"\"")]
    [InlineData("\"names\":[\"registry.example.com\"]", "\"names\":[1]")]
    [InlineData("\"msg\":\"DNS BLOCKED\"", "\"msg\":\"DNS Redirect\"")]
    [InlineData("\"url\":\"\"", "\"url\":\"\",\"eventType\":\"DNS Redirect\",\"allowed\":true")]
    public void The_checker_finds_what_does_not_fit(string right, string wrong)
    {
        string json = DecisionJson.Format(Samples.DeniedName);
        json.Should().Contain(right);

        List<string> errors = new JsonSchemaChecker(Schema).Check(JsonDocument.Parse(json.Replace(right, wrong, StringComparison.Ordinal)).RootElement);

        errors.Should().NotBeEmpty();
    }

    private static IEnumerable<string?> Words(string field) =>
        Schema.GetProperty("properties").GetProperty(field).GetProperty("enum").EnumerateArray().Select(word => word.GetString());

    private static void Check(DecisionEvent decision, string json) => DecisionJson.Format(decision).Should().Be(json);

    private static void CheckPart(DecisionEvent decision, params string[] parts) => DecisionJson.Format(decision).Should().ContainAll(parts);
}
