using EbpfFirewall.Dns.Tests.Support;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Tests.Wire;

public sealed class NameTests
{
    [Theory]
    [InlineData("example.test", "example.test")]
    [InlineData("Example.TEST.", "example.test")]
    [InlineData(".", ".")]
    [InlineData("_443._tcp.x-1.test", "_443._tcp.x-1.test")]
    [InlineData(@"a\.b.test", @"a\.b.test")]
    [InlineData(@"a\\b.test", @"a\\b.test")]
    [InlineData(@"a\000\255\032b.test", @"a\000\255\032b.test")]
    [InlineData(@"\065\066.test", "ab.test")]
    [InlineData(@"\e.test", "e.test")]
    public void Text_comes_back_in_canonical_form(string text, string expected)
    {
        string formatted = DnsNameText.Format(Msg.Name(text));

        formatted.Should().Be(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData(".test")]
    [InlineData("a..test")]
    [InlineData("a.test..")]
    [InlineData("\u00e4.test")]
    [InlineData(@"a\")]
    [InlineData(@"a\25")]
    [InlineData(@"a\256")]
    [InlineData(@"a\1x2")]
    [InlineData("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg.test")] // 64
    public void Text_that_is_no_name_is_refused(string text)
    {
        bool parsed = DnsNameText.TryParse(text, new byte[300], out _);

        parsed.Should().BeFalse();
    }

    [Fact]
    public void Text_needs_room()
    {
        bool parsed = DnsNameText.TryParse("example.test", new byte[13], out _);

        parsed.Should().BeFalse();
    }

    [Theory]
    [InlineData(253, true)]
    [InlineData(254, false)]
    public void A_name_has_255_octets_at_most(int characters, bool fits)
    {
        string text = string.Concat(Enumerable.Repeat("a.", 127))[..characters];
        text = text.EndsWith('.') ? text[..^1] + "a" : text;

        bool parsed = DnsNameText.TryParse(text, new byte[300], out int length);

        parsed.Should().Be(fits);
        length.Should().BeLessThanOrEqualTo(255);
    }

    [Theory]
    [InlineData(new byte[] { 0 }, DnsStatus.Ok)]
    [InlineData(new byte[] { 1, 0xFF, 0 }, DnsStatus.Ok)]
    [InlineData(new byte[] { }, DnsStatus.Truncated)]
    [InlineData(new byte[] { 1 }, DnsStatus.Truncated)]
    [InlineData(new byte[] { 1, 97 }, DnsStatus.Truncated)]
    [InlineData(new byte[] { 1, 97, 0, 0 }, DnsStatus.TrailingBytes)]
    [InlineData(new byte[] { 0xC0, 0 }, DnsStatus.BadLabel)]
    [InlineData(new byte[] { 0x40, 0 }, DnsStatus.BadLabel)]
    public void A_name_that_stands_alone_is_checked(byte[] wire, DnsStatus expected)
    {
        DnsStatus status = DnsName.TryCreate(wire, out DnsName name);

        status.Should().Be(expected);
        name.Length.Should().Be(expected == DnsStatus.Ok ? wire.Length : 0);
    }

    [Fact]
    public void A_name_that_stands_alone_has_255_octets_at_most()
    {
        byte[] longest = [.. Enumerable.Repeat(new byte[] { 1, 97 }, 127).SelectMany(l => l), 0];
        byte[] longer = [2, 97, 97, .. longest[2..]];

        DnsStatus first = DnsName.TryCreate(longest, out _);
        DnsStatus second = DnsName.TryCreate(longer, out _);

        first.Should().Be(DnsStatus.Ok);
        second.Should().Be(DnsStatus.NameTooLong);
    }

    [Theory]
    [InlineData("EXAMPLE.test", "example.TEST", true)]
    [InlineData("example.test", "examplf.test", false)]
    [InlineData(@"\064.test", @"\096.test", false)] // @ and ` differ by the case bit only
    [InlineData("[.test", "{.test", false)]
    [InlineData(@"\193.test", @"\225.test", false)] // so do these outside ASCII
    [InlineData(@"ab.test", @"a\.b.test", false)]
    [InlineData("a.b", "a.c", false)]
    [InlineData(".", ".", true)]
    [InlineData(".", "a", false)]
    public void Only_ASCII_letters_have_two_cases(string left, string right, bool equal)
    {
        _ = DnsName.TryCreate(Msg.Name(left), out DnsName name);
        _ = DnsName.TryCreate(Msg.Name(right), out DnsName other);

        name.EqualTo(Msg.Name(right)).Should().Be(equal);
        name.EqualTo(other).Should().Be(equal);
        other.EqualTo(name).Should().Be(equal);
    }

    [Theory]
    [InlineData("www.example.test", "EXAMPLE.test", true)]
    [InlineData("example.test", "example.test", true)]
    [InlineData("notexample.test", "example.test", false)]
    [InlineData("test", "example.test", false)]
    [InlineData("a.test", ".", true)]
    [InlineData(@"x\007example.test", "example.test", false)]
    public void Below_means_on_label_boundaries(string name, string ancestor, bool below)
    {
        _ = DnsName.TryCreate(Msg.Name(name), out DnsName wireName);

        wireName.IsAtOrBelow(Msg.Name(ancestor)).Should().Be(below);
    }

    [Fact]
    public void An_empty_name_is_nothing_at_all()
    {
        DnsName none = default;

        none.CopyTo(new byte[255]).Should().Be(0);
        none.ToString().Should().BeEmpty();
        none.IsRoot.Should().BeFalse();
        none.EqualTo(default(DnsName)).Should().BeTrue();
        none.IsAtOrBelow(Msg.Name(".")).Should().BeFalse();
    }
}
