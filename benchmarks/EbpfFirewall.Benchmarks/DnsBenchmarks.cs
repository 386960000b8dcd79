using BenchmarkDotNet.Attributes;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Benchmarks;

/// <summary>A response of eight addresses: written, and read to the end.</summary>
[MemoryDiagnoser]
public class DnsBenchmarks
{
    private readonly byte[] _name = [3, .. "www"u8, 7, .. "example"u8, 3, .. "com"u8, 0];
    private readonly byte[] _buffer = new byte[512];
    private byte[] _message = [];

    [GlobalSetup]
    public void WriteOnce() => _message = _buffer[..Write()];

    [Benchmark(Baseline = true)]
    public void CopyBytes() => _message.CopyTo(_buffer, 0);

    [Benchmark]
    public int Read()
    {
        DnsReader reader = new(_message);
        reader.TryReadQuestion(out _);
        int records = 0;
        while (reader.TryReadRecord(out _))
        {
            records++;
        }

        return records;
    }

    [Benchmark]
    public int Write()
    {
        DnsName.TryCreate(_name, out DnsName name);
        DnsWriter writer = new(_buffer, 1, DnsFlags.Response);
        writer.TryWriteQuestion(name, DnsType.A, DnsClass.In);
        for (byte i = 0; i < 8; i++)
        {
            writer.TryWriteRecord(DnsSection.Answer, name, DnsType.A, DnsClass.In, 60, [192, 0, 2, i]);
        }

        return writer.Complete();
    }
}
