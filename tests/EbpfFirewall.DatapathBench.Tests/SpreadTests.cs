namespace EbpfFirewall.DatapathBench;

public sealed class SpreadTests
{
    [Fact]
    public void The_middle_of_an_odd_number_of_values_is_one_of_them() =>
        Spread.Of([5, 1, 3]).Should().Be(new Spread(1, 3, 5));

    [Fact]
    public void The_middle_of_an_even_number_of_values_is_between_two() =>
        Spread.Of([4, 1, 3, 2]).Should().Be(new Spread(1, 2.5, 4));

    [Theory]
    [InlineData(new double[0])]
    [InlineData(new[] { 1, double.NaN })]
    [InlineData(new[] { 1, double.PositiveInfinity })]
    public void What_was_not_measured_has_no_spread(double[] values)
    {
        Action of = () => Spread.Of(values);

        of.Should().Throw<ArgumentException>();
    }
}
