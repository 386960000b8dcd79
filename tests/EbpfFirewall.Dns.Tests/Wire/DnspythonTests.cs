using System.Diagnostics;
using System.Globalization;
using EbpfFirewall.Dns.Tests.Support;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Tests.Wire;

/// <summary>An independent parser reads the same octets.</summary>
public sealed class DnspythonTests
{
    [DnspythonFact]
    public async Task Both_read_the_same_from_well_formed_messages()
    {
        byte[][] messages = [.. Corpus.Messages(), .. Corpus.Messages().Select(m => WriterTests.Copy(m, out _))];

        string[] theirs = await AskDnspythonAsync(messages);

        for (int i = 0; i < messages.Length; i++)
        {
            Describe(messages[i]).Should().Be(theirs[i]);
        }
    }

    [DnspythonFact]
    public async Task Both_read_the_same_from_what_accidents_leave_well_formed()
    {
        Random random = new(77);
        byte[][] corpus = Corpus.Messages();
        byte[][] messages = [.. Enumerable.Range(0, 6000).Select(_ => Corpus.Mutate(corpus[random.Next(corpus.Length)], random))];

        string[] theirs = await AskDnspythonAsync(messages);

        int same = 0;
        for (int i = 0; i < messages.Length; i++)
        {
            string ours = Describe(messages[i]);
            if (IsError(theirs[i]))
            {
                // They check the data of many more types, opcodes and the place of OPT; we take these as they are.
                continue;
            }

            if (IsError(ours))
            {
                ours.Should().Be("error BadPointer", "only a pointer into the header is no name to us but one to them");
                continue;
            }

            ours.Should().Be(theirs[i], Convert.ToHexStringLower(messages[i]));
            same++;
        }

        same.Should().BeGreaterThan(500);
    }

    private static bool IsError(string description) => description.StartsWith("error", StringComparison.Ordinal);

    private static async Task<string[]> AskDnspythonAsync(byte[][] messages)
    {
        ProcessStartInfo start = new("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "Support", "dnspython_reader.py")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using Process python = Process.Start(start)!;
        Task<string> output = python.StandardOutput.ReadToEndAsync();
        foreach (byte[] message in messages)
        {
            await python.StandardInput.WriteLineAsync(Convert.ToHexStringLower(message));
        }

        python.StandardInput.Close();
        string[] lines = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await python.WaitForExitAsync();
        lines.Should().HaveCount(messages.Length);
        return lines;
    }

    private static string Describe(byte[] message)
    {
        DnsReader reader = new(message);
        List<string> fields = [reader.Header.Id.ToString(CultureInfo.InvariantCulture), ((int)reader.Header.Flags).ToString(CultureInfo.InvariantCulture)];
        byte[] name = new byte[255];
        while (reader.TryReadQuestion(out DnsQuestion question))
        {
            int length = question.Name.CopyTo(name);
            fields.Add($"q {Convert.ToHexStringLower(name.AsSpan(0, length))} {(int)question.Type} {(int)question.Class}");
        }

        string? opt = null;
        while (reader.TryReadRecord(out DnsRecord record))
        {
            if (record.Type == DnsType.Opt)
            {
                opt = $"opt {(int)record.Class} {record.RawTtl}";
                continue;
            }

            string owner = Convert.ToHexStringLower(name.AsSpan(0, record.Owner.CopyTo(name)));
            string data = IsOpaqueThere(record.Type) ? "-" : Convert.ToHexStringLower(WriterTests.ExpandData(record));
            fields.Add($"{(int)record.Section} {owner} {(int)record.Type} {(int)record.Class} {record.TimeToLive} {data}");
        }

        if (opt is not null)
        {
            fields.Add(opt);
        }

        return reader.Status == DnsStatus.End ? string.Join(';', fields) : $"error {reader.Status}";
    }

    private static bool IsOpaqueThere(DnsType type) => type
        is DnsType.Md or DnsType.Mf or DnsType.Mb or DnsType.Mg or DnsType.Mr or DnsType.Minfo or DnsType.Sig or DnsType.Nxt;
}
