using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Tests.Wire;

/// <summary>The wire-format examples of RFC 9460, appendix D.</summary>
public sealed class ServiceBindingVectorTests
{
    private const string FooExampleCom = "03666f6f076578616d706c6503636f6d00";

    [Theory]
    [InlineData("0000" + FooExampleCom, 0, "foo.example.com", "")]
    [InlineData("000100", 1, ".", "")]
    [InlineData("0010" + FooExampleCom + "000300020035", 16, "foo.example.com", "3=0035")]
    [InlineData("0001" + FooExampleCom + "029b000568656c6c6f", 1, "foo.example.com", "667=68656c6c6f")]
    [InlineData("0001" + FooExampleCom + "029b000968656c6c6fd2716f6f", 1, "foo.example.com", "667=68656c6c6fd2716f6f")]
    [InlineData(
        "0001" + FooExampleCom + "0006002020010db800000000000000000000000120010db8000000000000000000530001",
        1, "foo.example.com", "6=20010db800000000000000000000000120010db8000000000000000000530001")]
    [InlineData(
        "001003666f6f076578616d706c65036f7267000000000400010004000100090268320568332d313900040004c0000201",
        16, "foo.example.org", "0=00010004 1=0268320568332d3139 4=c0000201")]
    [InlineData("0010" + FooExampleCom + "0001000c08665c6f6f2c626172026832", 16, "foo.example.com", "1=08665c6f6f2c626172026832")]
    public void Examples_are_read(string hex, int priority, string target, string parameters)
    {
        DnsStatus status = DnsServiceBinding.TryRead(Convert.FromHexString(hex), out DnsServiceBinding binding);

        status.Should().Be(DnsStatus.Ok);
        ((int)binding.Priority).Should().Be(priority);
        binding.Target.ToString().Should().Be(target);
        List<string> read = [];
        ReadOnlySpan<byte> rest = binding.Parameters;
        while (DnsServiceBinding.TryReadParameter(ref rest, out DnsServiceParameter key, out ReadOnlySpan<byte> value))
        {
            read.Add($"{(int)key}={Convert.ToHexStringLower(value)}");
        }

        string.Join(' ', read).Should().Be(parameters);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0001")]
    [InlineData("0001c000")] // a compressed target
    [InlineData("0001" + FooExampleCom + "00")]
    [InlineData("0001" + FooExampleCom + "000300030035")] // a length that lies
    [InlineData("0001" + FooExampleCom + "000300020035000300020035")] // a key twice
    [InlineData("0001" + FooExampleCom + "0004000401020304000300020035")]
    public void What_is_malformed_is_refused(string hex)
    {
        byte[] data = Convert.FromHexString(hex);

        DnsServiceBinding.TryRead(data, out _).Should().Be(DnsStatus.BadRecordData);
    }
}
