using System.Globalization;
using System.Net;
using BenchmarkDotNet.Attributes;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Benchmarks;

/// <summary>A policy of a thousand names and a thousand networks: made, compiled, and asked.</summary>
[MemoryDiagnoser]
public class PolicyBenchmarks
{
    private const int Count = 1000;
    private readonly IPAddress _address = IPAddress.Parse("203.0.113.9");
    private readonly byte[] _wireName = [3, .. "www"u8, 7, .. "host500"u8, 7, .. "example"u8, 3, .. "com"u8, 0];
    private HashSet<string> _names = [];
    private readonly List<string> _rules = [];
    private FirewallPolicy _policy = null!;
    private CompiledPolicy _compiled = null!;
    private PolicyEvaluator _evaluator = null!;

    [GlobalSetup]
    public void Prepare()
    {
        _names = [.. Enumerable.Range(0, Count).Select(static i => string.Create(CultureInfo.InvariantCulture, $"host{i}.example.com"))];
        foreach (string name in _names)
        {
            _rules.Add("*." + name);
        }

        for (int i = 0; i < Count; i++)
        {
            _rules.Add(string.Create(CultureInfo.InvariantCulture, $"198.18.{i / 250}.{i % 250}/32:443"));
        }

        _policy = Build();
        _compiled = Compile();
        _evaluator = new PolicyEvaluator(_policy);
    }

    [Benchmark(Baseline = true)]
    public bool LookUpInHashSet() => _names.Contains("host500.example.com");

    [Benchmark]
    public NameDecision DecideCompiledName() => _compiled.DecideName(_wireName);

    [Benchmark]
    public bool ResolvesByRules() => _evaluator.Resolves("www.host500.example.com");

    [Benchmark]
    public PolicyEvaluation DecideAddressByRules() => _evaluator.Decide(_address, 443, TransportProtocols.Tcp, []);

    [Benchmark]
    public FirewallPolicy Build()
    {
        FirewallPolicyBuilder builder = new();
        foreach (string rule in _rules)
        {
            builder.Allow(rule);
        }

        return builder.Build();
    }

    [Benchmark]
    public CompiledPolicy Compile() => _policy.Compile();
}
