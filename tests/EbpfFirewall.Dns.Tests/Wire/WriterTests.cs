using EbpfFirewall.Dns.Tests.Support;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Tests.Wire;

public sealed class WriterTests
{
    [Fact]
    public void What_is_copied_means_the_same()
    {
        foreach (byte[] message in Corpus.Messages())
        {
            byte[] copy = Copy(message, out bool complete);

            complete.Should().BeTrue();
            Expanded(copy).Should().Equal(Expanded(message), "expanded, both are the same octets");
        }
    }

    [Fact]
    public void What_is_copied_from_any_well_formed_message_means_the_same()
    {
        Random random = new(4242);
        byte[][] corpus = Corpus.Messages();
        int wellFormed = 0;
        for (int round = 0; round < 40_000; round++)
        {
            byte[] message = Corpus.Mutate(corpus[random.Next(corpus.Length)], random);
            if (HostileTests.ReadEverything(message) != DnsStatus.End)
            {
                continue;
            }

            byte[] copy = Copy(message, out bool complete);

            complete.Should().BeTrue();
            Expanded(copy).Should().Equal(Expanded(message));
            wellFormed++;
        }

        wellFormed.Should().BeGreaterThan(1000);
    }

    [Fact]
    public void Names_are_compressed_to_the_longest_end_seen_and_keep_their_case()
    {
        byte[] buffer = new byte[512];
        DnsWriter writer = new(buffer, 1, DnsFlags.Response);
        writer.TryWriteQuestion(Name("www.Example.test"), DnsType.A, DnsClass.In).Should().BeTrue();
        writer.TryWriteRecord(DnsSection.Answer, Name("www.Example.test"), DnsType.A, DnsClass.In, 5, [1, 2, 3, 4]).Should().BeTrue();
        writer.TryWriteRecord(DnsSection.Answer, Name("mail.Example.test"), DnsType.A, DnsClass.In, 5, [1, 2, 3, 4]).Should().BeTrue();
        writer.TryWriteRecord(DnsSection.Answer, Name("mail.example.test"), DnsType.A, DnsClass.In, 5, [1, 2, 3, 4]).Should().BeTrue();

        int length = writer.Complete();

        // Question 18+4; pointer; "mail" and pointer; "mail", "example" and a pointer to "test".
        length.Should().Be(12 + 22 + (2 + 14) + (7 + 14) + (15 + 14));
        Reply reply = new(buffer[..length]);
        reply.Records.Select(r => r.Owner).Should().Equal("www.example.test", "mail.example.test", "mail.example.test");
        Expanded(buffer[..length]).AsSpan().IndexOf("\u0004mail\u0007example"u8).Should().BePositive();
    }

    [Fact]
    public void What_does_not_fit_is_left_out_as_a_whole()
    {
        byte[] message = Msg.Response(Msg.Query("example.test", DnsType.A), [Msg.A("example.test", "192.0.2.1"), Msg.Soa("other.test")]);
        byte[] full = Copy(message, out _);
        byte[] buffer = new byte[full.Length];

        for (int limit = 0; limit < full.Length; limit++)
        {
            DnsWriter writer = new(buffer, 1, DnsFlags.Response) { Limit = limit };
            bool complete = CopyInto(ref writer, message);
            int length = writer.Complete();

            complete.Should().BeFalse();
            new DnsReader(buffer.AsSpan(0, length)).ReadToEnd().Should().Be(DnsStatus.End, $"with room for {limit}");
            length.Should().BeLessThanOrEqualTo(Math.Max(limit, 12));
        }
    }

    [Fact]
    public void Truncation_leaves_the_question_and_sets_TC()
    {
        byte[] buffer = new byte[512];
        DnsWriter writer = new(buffer, 7, DnsFlags.Response);
        CopyInto(ref writer, Msg.Response(Msg.Query("example.test", DnsType.A), [Msg.A("example.test", "192.0.2.1")], [Msg.Soa("test")])).Should().BeTrue();

        writer.Truncate();
        writer.TryWriteOpt(new DnsEdns(1232, 0, 0, true), default).Should().BeTrue();
        Reply reply = new(buffer[..writer.Complete(DnsResponseCode.NoError)]);

        reply.Header.Should().Be(new DnsHeader(7, DnsFlags.Response | DnsFlags.Truncated, 1, 0, 0, 1));
        reply.Questions.Should().ContainSingle();
        reply.Edns.Should().Be(new DnsEdns(1232, 0, 0, true));
    }

    [Fact]
    public void Pointers_never_lead_beyond_what_they_can_reach()
    {
        byte[] buffer = new byte[65535];
        DnsWriter writer = new(buffer, 1, DnsFlags.Response);
        int written = 0;
        while (writer.TryWriteRecord(DnsSection.Answer, Name($"n{written}.test"), (DnsType)65280, DnsClass.In, 0, new byte[100]))
        {
            written++;
        }

        Reply reply = new(buffer[..writer.Complete()]);

        reply.Records.Select(r => r.Owner).Should().Equal(Enumerable.Range(0, written).Select(i => $"n{i}.test"));
    }

    [Fact]
    public void A_buffer_without_room_for_a_header_gets_nothing()
    {
        DnsWriter writer = new(new byte[11], 1, DnsFlags.Response);

        writer.TryWriteQuestion(Name("x"), DnsType.A, DnsClass.In).Should().BeFalse();
        writer.Complete().Should().Be(0);
    }

    internal static byte[] Copy(byte[] message, out bool complete)
    {
        byte[] buffer = new byte[65535];
        DnsReader reader = new(message);
        DnsWriter writer = new(buffer, reader.Header.Id, reader.Header.Flags);
        complete = CopyInto(ref writer, message);
        return buffer[..writer.Complete(reader.Header.ResponseCode)];
    }

    private static bool CopyInto(ref DnsWriter writer, ReadOnlySpan<byte> message)
    {
        DnsReader reader = new(message);
        bool complete = true;
        while (reader.TryReadQuestion(out DnsQuestion question))
        {
            complete &= writer.TryWriteQuestion(question.Name, question.Type, question.Class);
        }

        while (reader.TryReadRecord(out DnsRecord record))
        {
            complete &= writer.TryWriteRecord(record, record.RawTtl);
        }

        return complete;
    }

    /// <summary>The same message without any compression.</summary>
    private static byte[] Expanded(byte[] message)
    {
        DnsReader reader = new(message);
        List<byte> result = [.. message[..12]];
        byte[] name = new byte[255];
        while (reader.TryReadQuestion(out DnsQuestion question))
        {
            result.AddRange([.. name[..question.Name.CopyTo(name)], .. Msg.U16((ushort)question.Type), .. Msg.U16((ushort)question.Class)]);
        }

        while (reader.TryReadRecord(out DnsRecord record))
        {
            byte[] owner = name[..record.Owner.CopyTo(name)];
            byte[] data = ExpandData(record);
            result.AddRange(
            [
                .. owner, .. Msg.U16((ushort)record.Type), .. Msg.U16((ushort)record.Class),
                .. Msg.U16((int)(record.RawTtl >> 16)), .. Msg.U16((int)(record.RawTtl & 0xFFFF)), .. Msg.U16(data.Length), .. data,
            ]);
        }

        return [.. result];
    }

    internal static byte[] ExpandData(scoped in DnsRecord record)
    {
        if (record.Name.Length == 0)
        {
            return record.Data.ToArray();
        }

        byte[] first = new byte[record.Name.Length];
        byte[] second = new byte[record.SecondName.Length];
        record.Name.CopyTo(first);
        record.SecondName.CopyTo(second);
        RecordLayout layout = RecordLayout.Of(record.Type, record.Class);
        int front = layout.Prefix;
        for (int i = 0; i < layout.Strings; i++)
        {
            front += record.Data[front] + 1;
        }

        int end = front + record.Name.InPlaceLength + record.SecondName.InPlaceLength;
        return [.. record.Data[..front], .. first, .. second, .. record.Data[end..]];
    }

    private static DnsName Name(string text)
    {
        DnsName.TryCreate(Msg.Name(text), out DnsName name).Should().Be(DnsStatus.Ok);
        return name;
    }
}
