using System.Text;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Tests.Inspection;

/// <summary>The kernel's reading of a request's head against a second, naive one, however the bytes are cut.</summary>
public sealed class RequestReadingTests(InspectionFixture kernel) : IClassFixture<InspectionFixture>
{
    private const string Curl = "GET /index.html HTTP/1.1\r\nHost: Packages.Example.com:8080\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n";

    private InspectionLab Lab => kernel.Http;

    public static TheoryData<string, string?> Requests => new()
    {
        { Curl, "packages.example.com" },
        { "POST http://a.example/x?y HTTP/1.1\r\nhost:\ta.example \r\nContent-Length: 0\r\n\r\n", "a.example" },
        { "GET http://a.example:81 HTTP/1.0\r\n\r\n", "a.example" },
        { "OPTIONS * HTTP/1.1\r\nX-Host: other.example\r\nHosts: other.example\r\nHost: a.example.\r\n\r\n", "a.example" },
        { "GET / HTTP/1.1\r\nCookie: " + new string('c', 900) + "\r\nHOST: a_b.example\r\n\r\n", "a_b.example" },
        { "GET /" + new string('p', 700) + " HTTP/1.1\r\nHost:a.example\r\nX: \u00e4\r\n\r\n", "a.example" },
    };

    public static TheoryData<string> Crooked =>
    [
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.example\r\nHost: a.example\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: \r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a.example\r\n\r\n",
        "GET / HTTP/1.1\r\n Host: a.example\r\n\r\n",
        "GET / HTTP/1.1\r\nX: y\r\n folded\r\nHost: a.example\r\n\r\n",
        "GET / HTTP/1.1\nHost: a.example\n\n\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.example\n\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.example, b.example\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.example b.example\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: user@a.example\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.example:\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.example:99999\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a..example\r\n\r\n",
        "GET / HTTP/1.1\r\nX: \u0001\r\nHost: a.example\r\n\r\n",
        "GET / HTTP/1.1\r\n: x\r\nHost: a.example\r\n\r\n",
        "GET http://a.example/ HTTP/1.1\r\nHost: b.example\r\n\r\n",
        "GET http://a.example/ HTTP/1.1\r\nHost: a.example.org\r\n\r\n",
        "GET http://a.example.org/ HTTP/1.1\r\nHost: a.example\r\n\r\n",
        "GET http://a.example:81/ HTTP/1.1\r\nHost: a.example\r\n\r\n",
        "GET http://a.example/ HTTP/1.1\r\n\r\n",
        "GET http://u@a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n",
        "GET http:///x HTTP/1.1\r\nHost: a.example\r\n\r\n",
    ];

    public static TheoryData<string> OtherProtocols =>
    [
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n",
        "GET https://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n",
        "GET /\t HTTP/1.1\r\nHost: a.example\r\n\r\n",
        "GET /#x HTTP/1.1\r\nHost: a.example\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: a.example\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: a.example\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nHost: a.example\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\r\n\r\n",
    ];

    [KernelTheory]
    [MemberData(nameof(Requests))]
    public void A_requests_host_is_found_wherever_its_head_is_cut(string request, string? host)
    {
        byte[] head = Encoding.Latin1.GetBytes(request);
        for (int cut = 0; cut <= head.Length; cut++)
        {
            Inspection read = Lab.Read(head, cut);

            read.Answer.Should().Be(InspectionAnswer.Name, "cut at {0}", cut);
            read.Name.Should().Be(host);
        }

        RequestReader.Read(head)!.Name.Should().Be(host);
    }

    [KernelTheory]
    [InlineData("192.0.2.1")]
    [InlineData("192.0.2.1:80")]
    [InlineData("[2001:db8::1]")]
    [InlineData("[::1]:8080")]
    public void A_host_may_be_an_address(string host) =>
        Lab.Read(Encoding.Latin1.GetBytes($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")).Answer.Should().Be(InspectionAnswer.Address);

    [KernelFact]
    public void An_old_request_may_name_nobody() =>
        Lab.Read("GET / HTTP/1.0\r\n\r\n"u8).Answer.Should().Be(InspectionAnswer.NoName);

    [KernelTheory]
    [MemberData(nameof(Crooked))]
    public void What_servers_may_read_differently_is_malformed(string request)
    {
        byte[] head = Encoding.Latin1.GetBytes(request);

        Lab.Read(head).Answer.Should().Be(request.StartsWith("GET / HTTP/1.1\n", StringComparison.Ordinal) ? InspectionAnswer.Other : InspectionAnswer.Malformed);
        RequestReader.Read(head)!.Answer.Should().Be(Lab.State);
    }

    [KernelTheory]
    [MemberData(nameof(OtherProtocols))]
    public void What_is_no_request_line_is_another_protocol(string stream)
    {
        byte[] head = Encoding.Latin1.GetBytes(stream);

        Lab.Read(head).Answer.Should().Be(InspectionAnswer.Other);
        RequestReader.Read(head)!.Answer.Should().Be(InspectionAnswer.Other);
    }

    [KernelFact]
    public void The_host_is_known_before_the_head_ends()
    {
        byte[] head = Encoding.Latin1.GetBytes(Curl);
        int line = Curl.IndexOf("User", StringComparison.Ordinal);
        Lab.Begin();

        Lab.Send(InspectionLab.FirstByte, head.AsSpan(0, line)).Should().Be(InspectionAnswer.More);

        Lab.Result().Name.Should().Be("packages.example.com", "a denial need not wait for the rest");
    }

    [KernelFact]
    public void A_head_above_16_KB_is_too_long() =>
        Lab.Read(Encoding.Latin1.GetBytes("GET / HTTP/1.1\r\nHost: a.example\r\nCookie: " + new string('c', 17_000) + "\r\n\r\n"))
            .Answer.Should().Be(InspectionAnswer.TooLong);

    [KernelFact]
    public void What_was_mutated_and_cut_at_random_is_read_as_the_second_reader_reads_it()
    {
        const int Rounds = 40_000;
        const string Spice = "\r\n\t :/.@#[]aH1";
        int seed = Environment.TickCount;
        var random = new Random(seed);
        byte[][] heads =
        [
            .. new[]
            {
                Curl,
                "GET http://a.example:80/x HTTP/1.1\r\nHost: a.example:80\r\nA: b\r\n\r\n",
                "GET http://a.example HTTP/1.0\r\nHost:a.example\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nX: y\r\nHost: 1.2.3.4\r\n\r\n",
            }.Select(Encoding.Latin1.GetBytes),
        ];
        Dictionary<InspectionAnswer, int> met = [];

        for (int round = 0; round < Rounds; round++)
        {
            byte[] stream = [.. heads[random.Next(heads.Length)]];
            for (int i = random.Next(4); i > 0; i--)
            {
                int at = random.Next(stream.Length);
                stream = random.Next(4) switch
                {
                    0 => [.. stream[..at], .. stream[(at + 1)..]],
                    1 => [.. stream[..at], (byte)Spice[random.Next(Spice.Length)], .. stream[at..]],
                    2 => [.. stream[..at], (byte)random.Next(256), .. stream[(at + 1)..]],
                    _ => [.. stream[..at], (byte)Spice[random.Next(Spice.Length)], .. stream[(at + 1)..]],
                };
            }

            int[] cuts = [.. Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(stream.Length + 1)).Order()];
            Inspection? expected = RequestReader.Read(stream);
            Inspection read = Lab.Read(stream, cuts);

            string because = $"seed {seed}, round {round}, cuts {string.Join(' ', cuts)}: {Encoding.Latin1.GetString(stream)}";
            if (expected is null)
            {
                read.Answer.Should().BeOneOf([InspectionAnswer.More, InspectionAnswer.Other, InspectionAnswer.Malformed], because);
            }
            else if (read.Answer != expected.Answer || (read.Answer == InspectionAnswer.Name && read != expected))
            {
                read.Should().Be(expected, because);
            }

            met[read.Answer] = met.GetValueOrDefault(read.Answer) + 1;
        }

        met.Keys.Should().Contain([InspectionAnswer.Name, InspectionAnswer.Address, InspectionAnswer.Other, InspectionAnswer.Malformed]);
    }
}
