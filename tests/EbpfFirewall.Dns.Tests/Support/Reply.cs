using System.Net;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Tests.Support;

/// <summary>A reply, taken apart.</summary>
internal sealed class Reply
{
    internal Reply(byte[] message)
    {
        Message = message;
        DnsReader reader = new(message);
        Header = reader.Header;
        while (reader.TryReadQuestion(out DnsQuestion question))
        {
            byte[] name = new byte[question.Name.Length];
            question.Name.CopyTo(name);
            Questions.Add(name);
        }

        Code = (int)Header.ResponseCode;
        while (reader.TryReadRecord(out DnsRecord record))
        {
            if (record.Type == DnsType.Opt)
            {
                DnsEdns.TryRead(record, out DnsEdns edns).Should().BeTrue();
                Edns = edns;
                Code |= edns.ExtendedCode << 4;
                ReadOptions(record.Data);
                continue;
            }

            Records.Add(new ReplyRecord(
                record.Section, record.Owner.ToString(), record.Type, record.RawTtl, record.Data.ToArray(), record.Name.ToString()));
        }

        reader.Status.Should().Be(DnsStatus.End, "a reply is well formed");
    }

    internal byte[] Message { get; }

    internal DnsHeader Header { get; }

    internal int Code { get; }

    internal List<byte[]> Questions { get; } = [];

    internal List<ReplyRecord> Records { get; } = [];

    internal DnsEdns? Edns { get; private set; }

    internal int? ExtendedError { get; private set; }

    internal IEnumerable<ReplyRecord> Answers => Records.Where(r => r.Section == DnsSection.Answer);

    internal IEnumerable<ReplyRecord> Authorities => Records.Where(r => r.Section == DnsSection.Authority);

    internal IEnumerable<string> Addresses => Answers
        .Where(r => r.Type is DnsType.A or DnsType.Aaaa)
        .Select(r => new IPAddress(r.Data).ToString());

    internal bool IsTruncated => (Header.Flags & DnsFlags.Truncated) != 0;

    private void ReadOptions(ReadOnlySpan<byte> options)
    {
        while (options.Length >= 4)
        {
            int length = (options[2] << 8) | options[3];
            if (options[1] == 15)
            {
                ExtendedError = (options[4] << 8) | options[5];
            }

            options = options[(4 + length)..];
        }
    }
}
