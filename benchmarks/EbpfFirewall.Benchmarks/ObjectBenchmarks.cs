using BenchmarkDotNet.Attributes;
using EbpfFirewall.Native;

namespace EbpfFirewall.Benchmarks;

/// <summary>Reading a compiled object; the file is named by <c>EFW_BENCH_OBJECT</c>, which <c>./bench --managed</c> sets.</summary>
[MemoryDiagnoser]
public class ObjectBenchmarks
{
    private byte[] _image = [];
    private BpfObjectSpec _spec = null!;

    [GlobalSetup]
    public void ReadFile()
    {
        _image = File.ReadAllBytes(Environment.GetEnvironmentVariable("EFW_BENCH_OBJECT")!);
        _spec = BpfObjectSpec.Parse(_image);
    }

    [Benchmark(Baseline = true)]
    public byte[] CopyBytes() => _image.AsSpan().ToArray();

    [Benchmark]
    public BpfObjectSpec Parse() => BpfObjectSpec.Parse(_image);

    [Benchmark]
    public BpfObjectSpec CopySpec() => _spec.Copy();
}
