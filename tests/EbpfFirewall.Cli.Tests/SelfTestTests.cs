using System.Text.Json;
using EbpfFirewall.Cli.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Cli.Tests;

public sealed class SelfTestTests
{
    private const int LeastAttempts = 150;

    [KernelFact]
    public async Task Every_attempt_comes_to_what_is_expected_of_it()
    {
        Result result = await Efw.RunAsync("selftest", "--json");

        JsonElement[] attempts = Attempts(result);
        attempts.Where(attempt => !attempt.GetProperty("asExpected").GetBoolean()).Select(Text).Should().BeEmpty();
        attempts.Count(attempt => attempt.GetProperty("result").GetString() is "stopped").Should().BeGreaterThanOrEqualTo(LeastAttempts);
        result.ExitCode.Should().Be(0, result.Error);
    }

    [KernelFact]
    public async Task One_category_or_attempt_can_be_chosen()
    {
        Attempts(await Efw.RunAsync("selftest", "--json", "--attempt", "A01", "--attempt", "p01")).Select(Id).Should().Equal("A01", "P01");
        Attempts(await Efw.RunAsync("selftest", "--json", "--category", "p", "--attempt", "A01", "--attempt", "P01")).Select(Id).Should().Equal("P01");
    }

    [KernelFact]
    public async Task The_table_tells_each_attempt_and_a_summary()
    {
        string file = Path.GetTempFileName();

        Result result = await Efw.RunAsync("selftest", "--attempt", "A01", "--markdown", file);

        result.Out.Should().Contain("A01").And.Contain("connect: EPERM").And.Contain("NotInAllowList").And.EndWith("all as expected\n");
        (await File.ReadAllTextAsync(file)).Should().Contain("| A01 | TCP to a forbidden IPv4 address | stopped | stopped | connect: EPERM |");
        File.Delete(file);
    }

    [Theory]
    [InlineData("--category", "Z")]
    [InlineData("--attempt", "Z99")]
    public async Task What_there_is_none_of_is_an_error(string option, string value)
    {
        Result result = await Efw.RunAsync("selftest", option, value);

        result.ExitCode.Should().Be(125);
        result.Error.Should().StartWith("efw: ");
    }

    private static JsonElement[] Attempts(Result result) =>
        [.. JsonDocument.Parse(result.Out).RootElement.GetProperty("attempts").EnumerateArray()];

    private static string Id(JsonElement attempt) => attempt.GetProperty("id").GetString()!;

    private static string Text(JsonElement attempt) => string.Join(
        ", ", new[] { "id", "attempt", "result", "errno", "event", "detail" }.Select(name => attempt.GetProperty(name).GetString()));
}
