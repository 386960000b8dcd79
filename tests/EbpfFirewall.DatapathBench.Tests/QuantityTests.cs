namespace EbpfFirewall.DatapathBench;

public sealed class QuantityTests
{
    [Theory]
    [InlineData(0, "ns", "0 ns")]
    [InlineData(7.126, "ns", "7.13 ns")]
    [InlineData(45.26, "ns", "45.3 ns")]
    [InlineData(999.4, "ns", "999 ns")]
    [InlineData(1_000, "ns", "1 µs")]
    [InlineData(144_368_200, "ns", "144 ms")]
    [InlineData(36, "B", "36 B")]
    [InlineData(3.15 * 1024 * 1024, "B", "3.15 MiB")]
    public void A_value_has_three_digits_and_its_unit(double value, string unit, string text) =>
        Quantity.Format(value, unit).Should().Be(text);

    [Fact]
    public void The_ends_of_a_spread_are_in_the_unit_of_its_middle() =>
        Quantity.Format(new Spread(900, 1_500, 2_000_000), "ns").Should().Be("1.5 µs (0.9–2,000)");
}
