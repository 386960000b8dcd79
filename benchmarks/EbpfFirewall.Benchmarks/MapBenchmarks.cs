using BenchmarkDotNet.Attributes;
using EbpfFirewall.Native;

namespace EbpfFirewall.Benchmarks;

/// <summary>An element of an array map: by bytes, by types, and through shared memory. Needs root.</summary>
[MemoryDiagnoser]
public class MapBenchmarks
{
    private readonly byte[] _key = new byte[4];
    private readonly byte[] _value = new byte[8];
    private BpfMap _map = null!;
    private BpfMap<uint, ulong> _typed = null!;
    private BpfMapMemory _memory = null!;

    [GlobalSetup]
    public void Create()
    {
        _map = BpfMap.Create(new BpfMapSpec("bench", BpfMapType.Array, 4, 8, 1, BpfMapFlags.Mmapable));
        _typed = _map.As<uint, ulong>();
        _memory = _map.MapMemory();
    }

    [GlobalCleanup]
    public void Close()
    {
        _memory.Dispose();
        _map.Dispose();
    }

    [Benchmark(Baseline = true)]
    public bool LookUpBytes() => _map.TryLookup(_key, _value);

    [Benchmark]
    public ulong LookUpTyped() => _typed.TryGetValue(0, out ulong value) ? value : 0;

    [Benchmark]
    public void SetTyped() => _typed.Set(0, 1);

    [Benchmark]
    public ulong ReadMemory() => Volatile.Read(ref _memory.At<ulong>(0));
}
