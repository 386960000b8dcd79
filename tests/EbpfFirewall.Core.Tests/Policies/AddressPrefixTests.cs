using System.Net;
using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Core.Tests.Policies;

public sealed class AddressPrefixTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0/8", true)]
    [InlineData("10.0.0.0/8", "10.255.255.255/32", true)]
    [InlineData("10.0.0.0/8", "11.0.0.0/32", false)]
    [InlineData("10.0.0.0/9", "10.0.0.0/8", false)]
    [InlineData("0.0.0.0/0", "255.255.255.255/32", true)]
    [InlineData("::/0", "10.0.0.0/8", false)]
    [InlineData("0.0.0.0/0", "::/128", false)]
    [InlineData("::/0", "ffff::/16", true)]
    [InlineData("2001:db8::1/128", "2001:db8::1/128", true)]
    public void A_network_contains_itself_and_what_is_inside_it(string network, string inner, bool contains)
    {
        AddressPrefix.Of(network).Contains(AddressPrefix.Of(inner)).Should().Be(contains);
    }

    [Theory]
    [InlineData("0.0.0.0/0")]
    [InlineData("10.0.0.0/8")]
    [InlineData("192.0.2.7/32")]
    [InlineData("::/0")]
    [InlineData("2001:db8::/33")]
    [InlineData("2001:db8::1/128")]
    public void A_network_comes_back_as_it_was(string network)
    {
        AddressPrefix.Of(network).ToNetwork().Should().Be(IPNetwork.Parse(network));
    }
}
