using System.Text.Json;
using EbpfFirewall.Cli.Tests.Support;
using EbpfFirewall.Core.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Cli.Tests;

public sealed class ReportTests : IDisposable
{
    private const string Connect = "for i in 1 2 3; do exec 3<>/dev/tcp/192.0.2.99/443; done; exec 3<>/dev/tcp/2001:db8::99/53000";
    private readonly string _log = Path.Combine(Path.GetTempPath(), $"efw-test-{Guid.NewGuid():n}.json");

    [KernelFact]
    public async Task The_log_file_has_a_line_for_each_event_that_fits_the_schema()
    {
        Result result = await Efw.RunAsync("run", "--allow", "192.0.2.1", "--log-file", _log, "--", "bash", "-c", Connect);

        result.ExitCode.Should().Be(1, "bash could not connect");
        JsonElement[] lines = Lines();
        Fits(lines);
        lines.Select(line => (line.GetProperty("ip").GetString(), line.GetProperty("repeat").GetInt64(), line.GetProperty("isRepeat").GetBoolean()))
            .Should().Equal(("192.0.2.99", 1, false), ("2001:db8::99", 1, false), ("192.0.2.99", 2, true));
        lines[0].GetProperty("cmd").GetString().Should().Be($"bash -c {Connect}");
        lines[0].GetProperty("port").GetString().Should().Be("443");
        lines[0].GetProperty("attribution").GetString().Should().Be("caller");
    }

    [KernelFact]
    public async Task Standard_error_has_a_line_for_each_event_but_not_for_repeats()
    {
        Result result = await Efw.RunAsync("run", "--allow", "192.0.2.1", "--", "bash", "-c", $"exec 2>/dev/null; {Connect}");

        result.ErrorLines.Should().HaveCount(3);
        result.ErrorLines[0].Should().Be("efw: mode allow-list, 1 rule");
        result.ErrorLines[1].Should().StartWith("WARN PACKET BLOCKED reason=NotInAllowList ").And.Contain(" ip=192.0.2.99 port=443 ");
        result.ErrorLines[2].Should().StartWith("WARN PACKET BLOCKED reason=NotInAllowList ").And.Contain(" ip=2001:db8::99 port=53000 ");
    }

    [KernelFact]
    public async Task Debugging_reports_redirects_and_denied_names_too()
    {
        Result result = await Efw.RunAsync(
            "run", "--allow", "192.0.2.1", "--debug", "--log-file", _log, "--", "dig", "@192.0.2.53", "+tries=1", "+short", "denied.test");

        result.ExitCode.Should().Be(0, result.Error);
        JsonElement[] lines = Lines();
        Fits(lines);
        lines.Select(line => line.GetProperty("msg").GetString()).Should().BeEquivalentTo("DNS Redirect", "DNS BLOCKED");
        result.Error.Should().Contain("INFO DNS Redirect").And.Contain("WARN DNS BLOCKED");
    }

    [KernelFact]
    public async Task Observing_stops_nothing_and_says_what_would_have_been()
    {
        Result result = await Efw.RunAsync(
            "run", "--observe", "--deny", "127.0.0.0/8", "--log-file", _log, "--", "bash", "-c", "exec 3<>/dev/udp/127.0.0.1/9 && echo x >&3 && echo connected");

        result.ExitCode.Should().Be(0, result.Error);
        result.Out.Should().Be("connected\n");
        JsonElement line = Lines().Should().ContainSingle().Subject;
        line.GetProperty("blocked").GetBoolean().Should().BeFalse();
        line.GetProperty("verdict").GetString().Should().Be("deny");
        line.GetProperty("mode").GetString().Should().Be("observe");
    }

    [KernelFact]
    public async Task A_log_file_that_exists_is_continued()
    {
        for (int i = 0; i < 2; i++)
        {
            await Efw.RunAsync("run", "--allow", "192.0.2.1", "--log-file", _log, "--", "bash", "-c", "exec 3<>/dev/tcp/192.0.2.99/443");
        }

        Lines().Should().HaveCount(2);
    }

    public void Dispose() => File.Delete(_log);

    private static void Fits(JsonElement[] lines)
    {
        var checker = new JsonSchemaChecker(JsonDocument.Parse(RepositoryFiles.Read("docs", "schema", "decision-event.schema.json")).RootElement);
        lines.SelectMany(checker.Check).Should().BeEmpty();
    }

    private JsonElement[] Lines() => [.. File.ReadLines(_log).Select(line => JsonDocument.Parse(line).RootElement)];
}
