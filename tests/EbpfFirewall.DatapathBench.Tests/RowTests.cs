namespace EbpfFirewall.DatapathBench;

public sealed class RowTests
{
    [Fact]
    public void A_ratio_is_taken_pair_by_pair_and_not_of_the_medians()
    {
        Row row = new("work", "yardstick", [(1, 10), (20, 10), (30, 60)]);

        row.Ratio.Should().Be(new Spread(0.1, 0.5, 2));
        row.Ours.Median.Should().Be(20);
        row.Yardstick!.Value.Median.Should().Be(10);
    }

    [Fact]
    public void A_row_that_is_compared_with_nothing_has_no_ratio()
    {
        Row row = Row.Alone("work", [3, 1, 2]);

        row.Ours.Should().Be(new Spread(1, 2, 3));
        row.Ratio.Should().BeNull();
        row.Yardstick.Should().BeNull();
    }

    [Theory]
    [InlineData(0.5, true)]
    [InlineData(0.49, false)]
    public void A_target_of_the_ratio_is_met_by_what_equals_it(double most, bool isMet)
    {
        Row row = new("work", "yardstick", [(1, 2)]);

        Target.Ratio(most).IsMetBy(row).Should().Be(isMet);
    }

    [Fact]
    public void A_target_of_a_value_does_not_ask_for_the_ratio()
    {
        Row row = Row.Alone("work", [2e6]);

        Target.Value(1e6).IsMetBy(row).Should().BeFalse();
        Target.Value(1e6).ToText(row).Should().Be("≤ 1 ms");
    }

    [Fact]
    public void A_target_of_the_ratio_of_nothing_is_a_mistake()
    {
        Action ask = () => Target.Ratio(1).IsMetBy(Row.Alone("work", [1]));

        ask.Should().Throw<InvalidOperationException>();
    }
}
