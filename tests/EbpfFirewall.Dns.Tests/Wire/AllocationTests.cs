using EbpfFirewall.Dns.Tests.Support;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Tests.Wire;

public sealed class AllocationTests
{
    [Fact]
    public void Reading_and_writing_allocate_nothing()
    {
        byte[][] corpus = Corpus.Messages();
        byte[] buffer = new byte[4096];
        Run(corpus, buffer);
        Run(corpus, buffer);
        long before = GC.GetAllocatedBytesForCurrentThread();

        int octets = Run(corpus, buffer);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
        octets.Should().BeGreaterThan(1000);
    }

    private static int Run(byte[][] corpus, byte[] buffer)
    {
        int octets = 0;
        Span<byte> name = stackalloc byte[255];
        foreach (byte[] message in corpus)
        {
            DnsReader reader = new(message);
            DnsWriter writer = new(buffer, reader.Header.Id, reader.Header.Flags);
            while (reader.TryReadQuestion(out DnsQuestion question))
            {
                octets += question.Name.CopyTo(name);
                _ = writer.TryWriteQuestion(question.Name, question.Type, question.Class);
            }

            while (reader.TryReadRecord(out DnsRecord record))
            {
                _ = record.Owner.EqualTo(name);
                _ = writer.TryWriteRecord(record, record.TimeToLive);
            }

            octets += writer.Complete();
        }

        return octets;
    }
}
