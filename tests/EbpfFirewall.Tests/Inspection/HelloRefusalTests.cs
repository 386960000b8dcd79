using System.Text;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Tests.Inspection;

/// <summary>Hellos that servers may read differently, segments out of order, and what else must not open anything.</summary>
public sealed class HelloRefusalTests(InspectionFixture kernel) : IClassFixture<InspectionFixture>
{
    private InspectionLab Lab => kernel.Tls;

    public static TheoryData<string, byte[]> Crooked => new()
    {
        { "two server_name extensions", Made(Hello.ServerName("a.example"), Hello.ServerName("a.example")) },
        { "two names in the list", Made(Hello.Extension(0, [.. Hello.Short(10), 0, 0, 2, (byte)'a', (byte)'a', 0, 0, 2, (byte)'b', (byte)'b'])) },
        { "a name of another type", Made(Hello.Extension(0, [.. Hello.Short(5), 1, 0, 2, (byte)'a', (byte)'b'])) },
        { "an empty name", Made(Hello.ServerName("")) },
        { "an empty extension", Made(Hello.Extension(0, [])) },
        { "octets behind the list", Made(Hello.Extension(0, [.. Hello.Short(5), 0, 0, 2, (byte)'a', (byte)'b', 0])) },
        { "a list that lies", Made(Hello.Extension(0, [.. Hello.Short(6), 0, 0, 2, (byte)'a', (byte)'b'])) },
        { "a zero octet in the name", Made(Hello.ServerName("a.example\0.com")) },
        { "an octet above 127", Made(Hello.ServerName("ä.example")) },
        { "a space", Made(Hello.ServerName("a .example")) },
        { "a port", Made(Hello.ServerName("a.example:443")) },
        { "a wildcard", Made(Hello.ServerName("*.example")) },
        { "an empty label", Made(Hello.ServerName("a..example")) },
        { "a leading dot", Made(Hello.ServerName(".example")) },
        { "two trailing dots", Made(Hello.ServerName("a.example..")) },
        { "a dot alone", Made(Hello.ServerName(".")) },
        { "a label of 64 octets", Made(Hello.ServerName(new string('a', 64) + ".example")) },
        { "a name of 254 octets", Made(Hello.ServerName(Long(254))) },
        { "an IPv4 address", Made(Hello.ServerName("192.0.2.1")) },
        { "an IPv6 address", Made(Hello.ServerName("2001:db8::1")) },
        { "two supported_versions", Made(Hello.Versions(0x0304), Hello.Versions(0x0304), Hello.ServerName("a.example")) },
        { "two lists of protocols", Made(Hello.Alpn("h2"), Hello.Alpn("h2"), Hello.ServerName("a.example")) },
        { "two encrypted hellos", Made(Hello.Extension(0xfe0d, new byte[9]), Hello.Extension(0xfe0d, new byte[9]), Hello.ServerName("a.example")) },
        { "octets behind the hello in its record", Hello.Record([.. Hello.Message(Hello.ServerName("a.example")), 0]) },
        { "an empty record", [22, 3, 1, 0, 0, .. Made(Hello.ServerName("a.example"))] },
        { "an alert between records", [.. Hello.Record(Hello.Message(Hello.ServerName("a.example")).AsSpan(0, 20)), 21, 3, 1, 0, 2, 1, 0] },
        { "a record above the limit", [22, 3, 1, 0x40, 1, .. new byte[40]] },
        { "another message", Hello.Record([2, 0, 0, 40, 3, 3, .. new byte[38]]) },
    };

    [KernelTheory]
    [MemberData(nameof(Crooked))]
    public void What_servers_may_read_differently_is_malformed(string what, byte[] stream)
    {
        Lab.Read(stream).Answer.Should().Be(InspectionAnswer.Malformed, what);
        HelloReader.Read(stream).Answer.Should().Be(InspectionAnswer.Malformed, what);
    }

    [KernelTheory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("\u0080\u002e\u0001\u0000\u0002")]
    [InlineData("\u0016\u0002\u0000\u0000\u0010")]
    public void What_is_no_TLS_is_another_protocol(string stream) =>
        Lab.Read(Encoding.Latin1.GetBytes(stream)).Answer.Should().Be(InspectionAnswer.Other);

    [KernelFact]
    public void Names_at_the_limits_are_names()
    {
        string[] names = [Long(253), new string('a', 63) + ".b", "a", "_dmarc.x-y.example", "1.2.3.com"];

        foreach (string name in names)
        {
            Lab.Read(Made(Hello.ServerName(name))).Should().Be(new Inspection(InspectionAnswer.Name, name, 0x0303, 0));
            Lab.Read(Made(Hello.ServerName(name + "."))).Name.Should().Be(name);
        }
    }

    [KernelFact]
    public void A_hello_of_16_KB_is_read_and_a_longer_one_is_too_long()
    {
        byte[] large = Made(Hello.Extension(21, new byte[16_000]), Hello.ServerName("a.example"));
        byte[] larger = Hello.Records(Hello.Message(Hello.Extension(21, new byte[16_400]), Hello.ServerName("a.example")), 9000);

        Lab.Read(large).Name.Should().Be("a.example");
        Lab.Read(larger).Answer.Should().Be(InspectionAnswer.TooLong);
    }

    [KernelFact]
    public void A_segment_that_no_further_run_follows_is_left_unread_and_says_so()
    {
        using var lab = new InspectionLab("efw_trial_tls", goesOn: false);
        byte[][] extensions = [.. Enumerable.Range(0, 100).Select(i => Hello.Extension(0x8000 + i, [])), Hello.ServerName("a.example")];
        lab.Begin();

        lab.Send(InspectionLab.FirstByte, Made(extensions)).Should().Be(InspectionAnswer.Again);
        lab.State.Should().Be(InspectionAnswer.More);
    }

    [KernelFact]
    public void Hundreds_of_empty_extensions_in_one_segment_are_read_in_several_runs()
    {
        byte[][] extensions = [.. Enumerable.Range(0, 450).Select(i => Hello.Extension(0x8000 + i, [])), Hello.ServerName("a.example")];

        Lab.Read(Made(extensions)).Name.Should().Be("a.example");
    }

    [KernelFact]
    public void Bytes_that_come_again_are_passed_over_and_bytes_that_come_early_are_held()
    {
        byte[] hello = Hello.LikeBrowser("a.example", nameLast: true);
        uint first = InspectionLab.FirstByte;
        Lab.Begin();

        Lab.Send(first, hello.AsSpan(0, 100)).Should().Be(InspectionAnswer.More);
        Lab.Send(first + 101, hello.AsSpan(101, 100)).Should().Be(InspectionAnswer.Held, "one octet is missing");
        Lab.Send(first, hello.AsSpan(0, 100)).Should().Be(InspectionAnswer.More, "all of it was read");
        Lab.Send(first + 50, hello.AsSpan(50, 10)).Should().Be(InspectionAnswer.More);
        Lab.Send(first, hello.AsSpan(0, 300)).Should().Be(InspectionAnswer.More, "two thirds are new");
        Lab.Send(first + 299, hello.AsSpan(299)).Should().Be(InspectionAnswer.Name);

        Lab.Result().Name.Should().Be("a.example");
    }

    [KernelFact]
    public void Segments_without_payload_change_nothing()
    {
        byte[] hello = Hello.Real["curl"];
        Lab.Begin();

        Lab.Send(InspectionLab.FirstByte, []).Should().Be(InspectionAnswer.More);
        Lab.Send(InspectionLab.FirstByte + 7, [], 1).Should().Be(InspectionAnswer.More, "FIN");
        Lab.Send(InspectionLab.FirstByte, hello).Should().Be(InspectionAnswer.Name);
        Lab.Send(InspectionLab.FirstByte + (uint)hello.Length, []).Should().Be(InspectionAnswer.Name);
    }

    [KernelFact]
    public void An_answer_stays_whatever_comes_after_it()
    {
        byte[] bad = Made(Hello.ServerName("192.0.2.1"));
        byte[] good = Made(Hello.ServerName("a.example"));
        Lab.Begin();

        Lab.Send(InspectionLab.FirstByte, bad).Should().Be(InspectionAnswer.Malformed);
        Lab.Send(InspectionLab.FirstByte, bad.AsSpan(0, 40)).Should().Be(InspectionAnswer.Malformed, "TCP sends a part of it again");
        Lab.Send(InspectionLab.FirstByte, good).Should().Be(InspectionAnswer.Malformed);
        Lab.Send(InspectionLab.FirstByte + (uint)bad.Length, good).Should().Be(InspectionAnswer.Malformed);
    }

    [KernelFact]
    public void An_urgent_byte_which_receivers_take_out_is_malformed()
    {
        const byte UrgAck = 0x30;
        Lab.Begin();

        Lab.Send(InspectionLab.FirstByte, Hello.Real["curl"], UrgAck).Should().Be(InspectionAnswer.Malformed);
    }

    private static byte[] Made(params byte[][] extensions) => Hello.Record(Hello.Message(extensions));

    private static string Long(int length) =>
        string.Join('.', Enumerable.Repeat(new string('x', 49), 6))[..(length - 2)] + ".y";
}
