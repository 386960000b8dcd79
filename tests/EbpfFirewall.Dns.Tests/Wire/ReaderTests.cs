using EbpfFirewall.Dns.Tests.Support;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Tests.Wire;

public sealed class ReaderTests
{
    [Fact]
    public void The_compression_example_of_RFC_1035_is_read()
    {
        // Section 4.1.4: F.ISI.ARPA at 20, FOO.F.ISI.ARPA at 40, ARPA at 64, the root at 92.
        byte[] message = new byte[93];
        "\u0001F\u0003ISI\u0004ARPA\0"u8.CopyTo(message.AsSpan(20));
        "\u0003FOO"u8.CopyTo(message.AsSpan(40));
        message[44] = 0xC0;
        message[45] = 20;
        message[64] = 0xC0;
        message[65] = 26;

        Measure(message, 20).Should().Be((DnsStatus.Ok, 32, 12));
        Measure(message, 40).Should().Be((DnsStatus.Ok, 46, 16));
        Measure(message, 64).Should().Be((DnsStatus.Ok, 66, 6));
        Measure(message, 92).Should().Be((DnsStatus.Ok, 93, 1));
        byte[] foo = new byte[16];
        NameCodec.Expand(message, 40, foo);
        foo.Should().Equal(Msg.Name("FOO.F.ISI.ARPA"));
    }

    [Fact]
    public void A_whole_message_is_read_in_order()
    {
        byte[] query = Msg.Query("Example.test", DnsType.Mx, id: 0xABCD);
        byte[] message = Msg.Response(
            query,
            [Msg.Record("example.test", DnsType.Mx, [0, 5, 4, .. "mail"u8, 0xC0, 12], 0x80000001)],
            [Msg.Soa("test", 9)],
            [Msg.Opt(4096, dnssecOk: true, options: Msg.Option(15, 0, 15))],
            extraFlags: 0x0420);

        DnsReader reader = new(message);

        reader.Header.Should().Be(new DnsHeader(
            0xABCD,
            DnsFlags.Response | DnsFlags.RecursionDesired | DnsFlags.RecursionAvailable | DnsFlags.AuthoritativeAnswer | DnsFlags.AuthenticData,
            1, 1, 1, 1));
        reader.TryReadQuestion(out DnsQuestion question).Should().BeTrue();
        question.Name.EqualTo(Msg.Name("Example.test")).Should().BeTrue();
        (question.Type, question.Class).Should().Be((DnsType.Mx, DnsClass.In));
        reader.TryReadQuestion(out _).Should().BeFalse();
        reader.Status.Should().Be(DnsStatus.Ok);
        reader.TryReadRecord(out DnsRecord mx).Should().BeTrue();
        (mx.Section, mx.Type, mx.RawTtl, mx.TimeToLive).Should().Be((DnsSection.Answer, DnsType.Mx, 0x80000001u, 0u));
        mx.Name.ToString().Should().Be("mail.example.test");
        reader.TryReadRecord(out DnsRecord soa).Should().BeTrue();
        (soa.Section, soa.Name.ToString(), soa.SecondName.ToString()).Should().Be((DnsSection.Authority, "ns.test", "admin.test"));
        reader.TryReadRecord(out DnsRecord opt).Should().BeTrue();
        DnsEdns.TryRead(opt, out DnsEdns edns).Should().BeTrue();
        edns.Should().Be(new DnsEdns(4096, 0, 0, true));
        reader.TryReadRecord(out _).Should().BeFalse();
        reader.Status.Should().Be(DnsStatus.End);
        reader.Position.Should().Be(message.Length);
    }

    [Fact]
    public void Every_shorter_message_is_truncated()
    {
        byte[] message = Msg.Response(
            Msg.Query("example.test", DnsType.A), [Msg.A("example.test", "192.0.2.1")], [Msg.Soa("example.test")], [Msg.Opt()]);

        for (int length = 0; length < message.Length; length++)
        {
            new DnsReader(message.AsSpan(0, length)).ReadToEnd().Should().Be(DnsStatus.Truncated, $"of its first {length} octets");
        }

        new DnsReader(message).ReadToEnd().Should().Be(DnsStatus.End);
        new DnsReader([.. message, 0]).ReadToEnd().Should().Be(DnsStatus.TrailingBytes);
    }

    public static TheoryData<string, byte[], DnsStatus> BadNames => new()
    {
        { "a pointer to itself", [0xC0, 12], DnsStatus.BadPointer },
        { "a pointer forwards", [0xC0, 14, 0], DnsStatus.BadPointer },
        { "a pointer into its own labels", [1, 97, 0xC0, 12], DnsStatus.BadPointer },
        { "a pointer into the header", [0xC0, 4], DnsStatus.BadPointer },
        { "half a pointer", [0xC0], DnsStatus.Truncated },
        { "a bit label (RFC 2673)", [0x41, 1, 1, 0], DnsStatus.BadLabel },
        { "the other reserved type", [0x80, 0], DnsStatus.BadLabel },
        { "a label beyond the end", [63, 97, 0], DnsStatus.Truncated },
        { "256 octets", [.. Enumerable.Repeat(new byte[] { 1, 97 }, 126).SelectMany(l => l), 2, 97, 97, 0], DnsStatus.NameTooLong },
    };

    [Theory]
    [MemberData(nameof(BadNames))]
    public void A_bad_name_ends_the_reading(string what, byte[] name, DnsStatus expected)
    {
        byte[] message = [.. new byte[5], 1, .. new byte[6], .. name];
        DnsReader reader = new(message);

        reader.TryReadQuestion(out _).Should().BeFalse(what);
        reader.Status.Should().Be(expected, what);
        reader.TryReadRecord(out _).Should().BeFalse(what);
    }

    [Fact]
    public void Two_pointers_that_lead_to_each_other_are_no_loop()
    {
        byte[] message = [.. new byte[12], 0xC0, 14, 0xC0, 12];

        Measure(message, 12).Status.Should().Be(DnsStatus.BadPointer);
        Measure(message, 14).Status.Should().Be(DnsStatus.BadPointer);
    }

    [Theory]
    [InlineData(127, DnsStatus.Ok)]
    [InlineData(128, DnsStatus.BadPointer)]
    public void As_many_pointers_as_labels_fit_may_follow_each_other(int pointers, DnsStatus expected)
    {
        // Root at 12, then pointers, each to the one before.
        byte[] message = [.. new byte[13], .. Enumerable.Range(0, pointers).SelectMany(i => Msg.U16(0xC000 | (i == 0 ? 12 : 13 + ((i - 1) * 2))))];

        Measure(message, message.Length - 2).Status.Should().Be(expected);
        MeasureAll(message, 13, 2).Last().Status.Should().Be(expected, "what is remembered of earlier names makes no difference");
    }

    [Fact]
    public void A_name_of_127_labels_each_behind_a_pointer_is_legal()
    {
        List<byte> message = [.. new byte[12], 0];
        int last = 12;
        for (int i = 0; i < 127; i++)
        {
            int here = message.Count;
            message.AddRange([1, 97, .. Msg.U16(0xC000 | last)]);
            last = here;
        }

        Measure([.. message], last).Should().Be((DnsStatus.Ok, message.Count, 255));
    }

    public static TheoryData<DnsType, byte[]> BadData => new()
    {
        { DnsType.A, [1, 2, 3] },
        { DnsType.A, [1, 2, 3, 4, 5] },
        { DnsType.Aaaa, new byte[15] },
        { DnsType.Cname, [] },
        { DnsType.Cname, [1, 97, 0, 0] },
        { DnsType.Cname, [1, 97] },
        { DnsType.Mx, [0, 1] },
        { DnsType.Soa, [0, 0, .. new byte[19]] },
        { DnsType.Srv, [0, 0, 0, 0, 0, 1] },
        { DnsType.Txt, [2, 97] },
        { DnsType.Hinfo, [1, 97] },
        { DnsType.Naptr, [0, 0, 0, 0, 0, 0] },
        { DnsType.Opt, [0, 1, 0] },
        { DnsType.Opt, [0, 1, 0, 4, 1, 2, 3] },
        { DnsType.Sig, new byte[17] },
    };

    [Theory]
    [MemberData(nameof(BadData))]
    public void Data_must_have_the_form_of_its_type(DnsType type, byte[] data)
    {
        byte[] message = Msg.Response(Msg.Query("x", type), [Msg.Record("x", type, data)]);

        new DnsReader(message).ReadToEnd().Should().Be(DnsStatus.BadRecordData);
    }

    [Fact]
    public void A_name_in_data_may_not_run_beyond_it()
    {
        // CNAME data of 3 octets, the name goes on in the next record.
        byte[] message = Msg.Response(Msg.Query("x", DnsType.Cname), [Msg.Record("x", DnsType.Cname, [5, 97, 97]), Msg.A("abc", "192.0.2.1")]);

        new DnsReader(message).ReadToEnd().Should().Be(DnsStatus.BadRecordData);
    }

    [Fact]
    public void Unknown_types_are_opaque()
    {
        byte[] message = Msg.Response(Msg.Query("x", (DnsType)65280), [Msg.Record("x", (DnsType)65280, [0xC0, 0xFF, 1, 2, 3])]);
        DnsReader reader = new(message);

        reader.TryReadRecord(out DnsRecord record).Should().BeTrue();

        record.Data.ToArray().Should().Equal(0xC0, 0xFF, 1, 2, 3);
        record.Name.Length.Should().Be(0);
    }

    [Fact]
    public void An_A_record_of_another_class_is_opaque()
    {
        byte[] message = Msg.Response(Msg.Query("x", DnsType.A), [Msg.Record("x", DnsType.A, [0, 1, 2], @class: 3)]);

        new DnsReader(message).ReadToEnd().Should().Be(DnsStatus.End);
    }

    internal static (DnsStatus Status, int End, int Length) Measure(ReadOnlySpan<byte> message, int offset)
    {
        NameMemo memo = default;
        DnsStatus status = NameCodec.Measure(message, offset, ref memo, out int end, out int length);
        return (status, end, length);
    }

    internal static List<(DnsStatus Status, int End, int Length)> MeasureAll(ReadOnlySpan<byte> message, int start, int step)
    {
        NameMemo memo = default;
        List<(DnsStatus, int, int)> results = [];
        for (int offset = start; offset < message.Length; offset += step)
        {
            DnsStatus status = NameCodec.Measure(message, offset, ref memo, out int end, out int length);
            results.Add((status, end, length));
        }

        return results;
    }
}
