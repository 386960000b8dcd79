namespace EbpfFirewall.DatapathBench;

public sealed class DestinationsTests
{
    private static readonly Destinations Ten = Destinations.Create(10_000);

    [Fact]
    public void A_shorter_list_is_the_beginning_of_a_longer_one() =>
        Destinations.Create(1_000).Networks.Should().Equal(Ten.Networks.Take(1_000));

    [Fact]
    public void Every_address_is_in_its_network_and_nowhere_special() =>
        Ten.Addresses.Zip(Ten.Networks).Should().OnlyContain(pair =>
            Holds(pair.Second, pair.First) && pair.First >> 24 >= 20 && pair.First >> 24 < 100);

    [Fact]
    public void No_network_holds_the_address_that_must_be_stopped()
    {
        uint outside = Destinations.Number(Destinations.Outside);

        Ten.Networks.Should().NotContain(network => Holds(network, outside));
    }

    [Fact]
    public void A_policy_is_in_order_without_repetition_and_names_the_server()
    {
        (uint Address, int Length)[] sorted = Ten.Sorted(1_000);

        sorted.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        sorted.Should().Contain((Destinations.Number(NetworkPair.ServerAddress), 32));
        Destinations.Text(sorted[0]).Should().MatchRegex(@"^\d+\.\d+\.\d+\.\d+/\d+$");
    }

    private static bool Holds((uint Address, int Length) network, uint address) =>
        (address & (uint)(ulong.MaxValue << (32 - network.Length))) == network.Address;
}
