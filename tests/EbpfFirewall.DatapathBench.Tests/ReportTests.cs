using System.Text.Json;

namespace EbpfFirewall.DatapathBench;

public sealed class ReportTests
{
    private static readonly Report Sample = new(
        "a machine",
        [
            (Section.Load,
            [
                new Row("fast", "slow", [(1_500, 3_000), (1_000, 4_000), (2_000, 8_000)]) { Target = Target.Ratio(0.25), Note = "noted" },
                Row.Alone("memory", [2048]) with { Unit = "B" },
            ]),
        ]);

    [Fact]
    public void The_table_has_ratio_target_and_both_times()
    {
        string text = Sample.ToMarkdown();

        text.Should().Contain("a machine")
            .And.Contain("| fast | slow | **0.250** (0.250–0.500) | ≤ 0.25: met | 1.5 µs (1–2) | 4 µs (3–8) | 3 | noted |")
            .And.Contain("| memory | – | – |  | 2 KiB (2–2) | – | 1 |  |");
    }

    [Fact]
    public void The_json_has_every_round()
    {
        JsonElement section = JsonDocument.Parse(Sample.ToJson()).RootElement.GetProperty("sections")[0];

        JsonElement fast = section.GetProperty("rows")[0];
        fast.GetProperty("isMet").GetBoolean().Should().BeTrue();
        fast.GetProperty("rounds").EnumerateArray().Select(round => round[1].GetDouble()).Should().Equal(3_000, 4_000, 8_000);
        section.GetProperty("rows")[1].GetProperty("ratio").ValueKind.Should().Be(JsonValueKind.Null);
        section.GetProperty("rows")[1].GetProperty("rounds")[0].GetArrayLength().Should().Be(1);
    }
}
