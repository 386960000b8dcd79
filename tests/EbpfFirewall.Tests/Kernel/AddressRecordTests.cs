using System.Net;
using EbpfFirewall.Kernel.Records;

namespace EbpfFirewall.Tests.Kernel;

public sealed class AddressRecordTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("192.0.2.7")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("2001:db8:1:2:3:4:5:6")]
    [InlineData("::192.0.2.7")]
    public void An_address_comes_back_as_it_was(string text)
    {
        IPAddress address = IPAddress.Parse(text);

        AddressRecord.From(address).ToAddress().Should().Be(address);
    }

    [Fact]
    public void A_mapped_address_is_the_ipv4_address()
    {
        AddressRecord mapped = AddressRecord.From(IPAddress.Parse("::ffff:192.0.2.7"));

        mapped.Should().Be(AddressRecord.From(IPAddress.Parse("192.0.2.7")));
        mapped.ToAddress().Should().Be(IPAddress.Parse("192.0.2.7"));
    }

    [Fact]
    public void An_ipv4_address_never_equals_an_ipv6_one() =>
        AddressRecord.From(IPAddress.Parse("192.0.2.7")).Should().NotBe(AddressRecord.From(IPAddress.Parse("::192.0.2.7")));
}
