using System.Diagnostics;
using EbpfFirewall.Dns.Tests.Support;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Tests.Wire;

public sealed class HostileTests
{
    /// <summary>Far above what reading takes (about a millisecond), far below what a walk that repeats itself takes.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(500);

    private const int NamesStart = 23;

    public static TheoryData<string, byte[]> Bombs
    {
        get
        {
            const int Size = 65535;
            byte[] deepName = [.. Enumerable.Repeat(new byte[] { 1, 97 }, 127).SelectMany(l => l), 0];
            return new TheoryData<string, byte[]>
            {
                { "every record names the deepest name", Bomb(Size, deepName, _ => 12) },
                { "every record names another label of deep names", Bomb(Size, [.. Enumerable.Repeat(deepName, 60).SelectMany(n => n)], i => 12 + (i % 60 * 255) + (i % 127 * 2)) },
                { "a chain of pointers", Bomb(Size, [0, .. Enumerable.Range(0, 8000).SelectMany(i => Msg.U16(0xC000 | (i == 0 ? 12 : 11 + (i * 2))))], i => 13 + (i % 127 * 2)) },
                { "a chain of pointers from its far end", Bomb(Size, [0, .. Enumerable.Range(0, 8000).SelectMany(i => Msg.U16(0xC000 | (i == 0 ? 12 : 11 + (i * 2))))], i => 13 + (7999 - i) * 2) },
                { "counts of 65,535 and nothing behind", [.. new byte[4], .. Enumerable.Repeat((byte)0xFF, 8)] },
                { "nothing but roots", [.. new byte[4], .. Enumerable.Repeat((byte)0xFF, 8), .. new byte[Size - 12]] },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Bombs))]
    public void Reading_takes_time_in_proportion_to_the_size(string what, byte[] message)
    {
        _ = new DnsReader(message).ReadToEnd();
        long start = Stopwatch.GetTimestamp();

        DnsStatus status = new DnsReader(message).ReadToEnd();

        Stopwatch.GetElapsedTime(start).Should().BeLessThan(Bound, what);
        status.Should().NotBe(DnsStatus.Ok);
    }

    [Fact]
    public void What_is_remembered_never_changes_a_result()
    {
        Random random = new(20240607);
        for (int round = 0; round < 300; round++)
        {
            byte[] message = RandomNames(random);

            var remembered = ReaderTests.MeasureAll(message, 12, 1);

            for (int offset = 12; offset < message.Length; offset++)
            {
                remembered[offset - 12].Should().Be(ReaderTests.Measure(message, offset), $"round {round}, offset {offset}");
            }
        }
    }

    [Fact]
    public void Readers_of_two_messages_do_not_mix_up_what_they_remember()
    {
        byte[] deep = [.. Enumerable.Repeat(new byte[] { 1, 97 }, 127).SelectMany(l => l), 0];
        byte[] shallow = [.. Enumerable.Repeat((byte)0, 255)];
        byte[] first = Bomb(20000, [.. Enumerable.Repeat(deep, 20).SelectMany(n => n)], i => 12 + (i % 20 * 255) + (i % 127 * 2));
        byte[] second = Bomb(20000, [.. Enumerable.Repeat(shallow, 20).SelectMany(n => n)], i => 12 + (i % 20 * 255) + (i % 127 * 2));
        DnsReader one = new(first);
        DnsReader two = new(second);
        int read = 0;

        while (one.TryReadRecord(out DnsRecord record) & two.TryReadRecord(out DnsRecord other))
        {
            // The first record holds the names.
            int at = read - 1;
            int expected = read == 0 ? 1 : ReaderTests.Measure(first, NamesStart + (at % 20 * 255) + (at % 127 * 2)).Length;
            record.Owner.Length.Should().Be(expected);
            other.Owner.Length.Should().Be(1);
            read++;
        }

        read.Should().BeGreaterThan(500);
        (one.Status, two.Status).Should().Be((DnsStatus.End, DnsStatus.End));
    }

    [Fact]
    public void No_mutation_makes_the_reader_throw_or_run_past_the_end()
    {
        Random random = new(31337);
        byte[][] corpus = Corpus.Messages();
        Dictionary<DnsStatus, int> seen = [];
        for (int round = 0; round < 40_000; round++)
        {
            byte[] message = Corpus.Mutate(corpus[random.Next(corpus.Length)], random);

            DnsStatus status = ReadEverything(message);

            seen[status] = seen.GetValueOrDefault(status) + 1;
        }

        seen.Keys.Should().NotContain(DnsStatus.Ok).And.HaveCountGreaterThan(5, "mutations reach every kind of error");
    }

    internal static DnsStatus ReadEverything(ReadOnlySpan<byte> message)
    {
        Span<byte> name = stackalloc byte[255];
        DnsReader reader = new(message);
        while (reader.TryReadQuestion(out DnsQuestion question))
        {
            question.Name.CopyTo(name).Should().Be(question.Name.Length);
        }

        while (reader.TryReadRecord(out DnsRecord record))
        {
            int length = record.Owner.CopyTo(name);
            record.Owner.EqualTo(name[..length]).Should().BeTrue();
            _ = record.Name.CopyTo(name);
            _ = record.SecondName.ToString();
            _ = DnsServiceBinding.TryRead(record.Data, out DnsServiceBinding binding);
            ReadOnlySpan<byte> rest = binding.Parameters;
            while (DnsServiceBinding.TryReadParameter(ref rest, out _, out _))
            {
            }
        }

        return reader.Status;
    }

    private static byte[] Bomb(int size, byte[] names, Func<int, int> target)
    {
        // The names stand in the data of a first, opaque record owned by the root.
        List<byte> message = [.. new byte[12]];
        const int Head = 11;
        message.AddRange([0, .. Msg.U16(65280), .. Msg.U16(1), 0, 0, 0, 0, .. Msg.U16(names.Length)]);
        message.AddRange(names);
        int count = 1;
        while (message.Count + 12 <= size)
        {
            message.AddRange([.. Msg.U16(0xC000 | ((target(count - 1) + Head) & 0x3FFF)), .. Msg.U16(65280), .. Msg.U16(1), 0, 0, 0, 0, 0, 0]);
            count++;
        }

        byte[] result = [.. message];
        Msg.U16(count).CopyTo(result, 6);
        for (int i = Head + 12; i < Head + 12 + names.Length - 1; i++)
        {
            // Pointers inside the names were written for an offset of 12.
            if (names[0] == 0 && result[i] >= 0xC0)
            {
                Msg.U16(((result[i] << 8) | result[i + 1]) + Head).CopyTo(result, i);
                i++;
            }
        }

        return result;
    }

    private static byte[] RandomNames(Random random)
    {
        List<byte> message = [.. new byte[12], 0];
        List<int> starts = [12];
        while (message.Count < 1500)
        {
            int labels = random.Next(4);
            starts.Add(message.Count);
            for (int i = 0; i < labels; i++)
            {
                int size = random.Next(1, 4);
                message.Add((byte)size);
                message.AddRange(Enumerable.Repeat((byte)'a', size));
            }

            message.AddRange(random.Next(5) == 0 ? [0] : Msg.U16(0xC000 | starts[random.Next(starts.Count - 1)]));
        }

        return [.. message];
    }
}
