using EbpfFirewall.TestKit;

namespace EbpfFirewall.Tests.Inspection;

/// <summary>The kernel's reading of a ClientHello against a second, naive one, however the bytes are cut.</summary>
public sealed class HelloReadingTests(InspectionFixture kernel) : IClassFixture<InspectionFixture>
{
    private InspectionLab Lab => kernel.Tls;

    public static TheoryData<string> Clients => [.. Hello.Real.Keys];

    [KernelTheory]
    [MemberData(nameof(Clients))]
    public void A_real_client_is_understood_wherever_its_hello_is_cut(string client)
    {
        byte[] hello = Hello.Real[client];
        string? name = client switch { "openssl-no-name" => null, "wget" => "localhost", _ => "packages.example.com" };
        InspectionAnswer answer = name is null ? InspectionAnswer.NoName : InspectionAnswer.Name;

        for (int cut = 0; cut < hello.Length; cut++)
        {
            Inspection read = Lab.Read(hello, cut);

            read.Answer.Should().Be(answer, "cut at {0}", cut);
            read.Name.Should().Be(name);
            read.Version.Should().Be(client == "openssl-tls12" ? 0x0303 : 0x0304);
        }
    }

    [KernelTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_browsers_hello_is_understood_wherever_it_is_cut(bool nameLast)
    {
        byte[] hello = Hello.LikeBrowser("Packages.Example.COM", nameLast, 2100);
        Inspection expected = HelloReader.Read(hello);
        expected.Should().Be(new Inspection(
            InspectionAnswer.Name, "packages.example.com", 0x0304, Inspection.SawEch | Inspection.OffersH2 | Inspection.OffersHttp1));

        for (int cut = 0; cut < hello.Length; cut++)
        {
            Lab.Read(hello, cut).Should().Be(expected, "cut at {0}", cut);
        }
    }

    [KernelFact]
    public void A_hello_that_comes_octet_by_octet_is_understood_and_not_before_its_last()
    {
        byte[] hello = Hello.LikeBrowser("packages.example.com", nameLast: true);
        Lab.Begin();

        for (int i = 0; i < hello.Length; i++)
        {
            InspectionAnswer answer = Lab.Send(InspectionLab.FirstByte + (uint)i, hello.AsSpan(i, 1));
            answer.Should().Be(i == hello.Length - 1 ? InspectionAnswer.Name : InspectionAnswer.More, "octet {0}", i);
        }
    }

    [KernelFact]
    public void Records_may_be_cut_anywhere_down_to_single_octets()
    {
        byte[] message = Hello.Real["openssl"][5..];
        for (int cut = 1; cut < message.Length; cut++)
        {
            Lab.Read(Hello.Records(message, cut), cut).Name.Should().Be("packages.example.com", "cut at {0}", cut);
        }

        byte[] browser = Hello.LikeBrowser("packages.example.com", nameLast: true)[5..];
        byte[] single = Hello.Records(browser, [.. Enumerable.Range(1, browser.Length - 1)]);
        Inspection read = Lab.Read(single);
        read.Answer.Should().Be(InspectionAnswer.Name);
        read.Name.Should().Be("packages.example.com");
    }

    [KernelFact]
    public void What_was_mutated_truncated_fragmented_and_cut_at_random_is_read_as_the_second_reader_reads_it()
    {
        const int Rounds = 30_000;
        int seed = Environment.TickCount;
        var random = new Random(seed);
        byte[][] hellos = [.. Hello.Real.Values, Hello.LikeBrowser("a.example.com", false), Hello.LikeBrowser("b.example.com", true)];
        Dictionary<InspectionAnswer, int> met = [];

        for (int round = 0; round < Rounds; round++)
        {
            byte[] stream = Mutate(random, hellos[random.Next(hellos.Length)]);
            int[] cuts = [.. Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(stream.Length + 1)).Order()];

            Inspection expected = HelloReader.Read(stream);
            Inspection read = Lab.Read(stream, cuts);

            string because = $"seed {seed}, round {round}, cuts {string.Join(' ', cuts)}: {Convert.ToHexString(stream)}";
            if (read.Answer != expected.Answer)
            {
                read.Answer.Should().Be(expected.Answer, because);
            }

            if (expected.Answer is InspectionAnswer.Name or InspectionAnswer.NoName && read != expected)
            {
                read.Should().Be(expected, because);
            }

            if (expected.Answer == InspectionAnswer.More && read.Name != expected.Name)
            {
                read.Name.Should().Be(expected.Name, because);
            }

            met[read.Answer] = met.GetValueOrDefault(read.Answer) + 1;
        }

        met.Keys.Should().Contain(
            [InspectionAnswer.More, InspectionAnswer.Name, InspectionAnswer.NoName, InspectionAnswer.Other, InspectionAnswer.Malformed]);
        met[InspectionAnswer.Name].Should().BeGreaterThan(Rounds / 20);
    }

    private static byte[] Mutate(Random random, byte[] hello)
    {
        byte[] stream = [.. hello];
        if (random.Next(2) == 0)
        {
            int[] cuts = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(1, stream.Length - 5)).Distinct().Order()];
            stream = Hello.Records(stream.AsSpan(5), cuts);
        }

        for (int i = random.Next(4); i > 0; i--)
        {
            // The parts with structure stand in front, and around the name.
            int at = random.Next(3) == 0 ? random.Next(stream.Length) : random.Next(Math.Min(stream.Length, 300));
            stream[at] = random.Next(3) switch
            {
                0 => (byte)(stream[at] ^ (1 << random.Next(8))),
                1 => (byte)(stream[at] + random.Next(-2, 3)),
                _ => (byte)random.Next(256),
            };
        }

        return random.Next(4) switch
        {
            0 => stream[..random.Next(1, stream.Length)],
            1 => [.. stream, .. hello[..random.Next(hello.Length)]],
            _ => stream,
        };
    }
}
