using System.Globalization;
using EbpfFirewall.Native.Tests.Support;

namespace EbpfFirewall.Native.Tests.Fuzz;

/// <summary>
/// Mutates real objects and parses them. <c>EFW_FUZZ_ITERATIONS</c> and <c>EFW_FUZZ_SEED</c> set length and seed of a longer run:
/// <c>eng/fuzz-native 5000000</c>.
/// </summary>
public sealed class ObjectFuzzTests
{
    private static readonly string[] Seeds =
    [
        "connect", "skb", "callbacks", "maps", "core", "ring", "ksyms", "kconfig", "legacy_maps", "tags", "data_sections", "nested_maps", "core_fields", "functions",
        "locks_and_timers", "sections_network", "kernel_types",
    ];

    /// <summary>Inputs that once broke something, kept for good.</summary>
    public static TheoryData<string> Crashers => [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Fuzz", "Crashers")).Select(static f => Path.GetFileName(f)).Order()];

    [Fact]
    public void No_mutation_does_anything_but_parse_or_be_refused()
    {
        int iterations = Setting("EFW_FUZZ_ITERATIONS", 20_000);
        int seed = Setting("EFW_FUZZ_SEED", 1);
        SeedObject[] corpus =
        [
            .. Seeds.Select(static n => new SeedObject(TestObject.Compile(n))),
            new SeedObject(TestObject.Compile("skb", target: "bpfeb")),
            new SeedObject(TestObject.Compile("maps", clang: "clang-14")),
        ];
        ObjectMutator mutator = new(new Random(seed));
        int accepted = 0;
        for (int i = 0; i < iterations; i++)
        {
            byte[] input = mutator.Mutate(corpus[i % corpus.Length]);
            try
            {
                accepted += ParserTarget.Accepts(input) ? 1 : 0;
            }
            catch (Exception failure)
            {
                string path = Path.Combine(Path.GetTempPath(), $"efw-fuzz-{seed}-{i}.o");
                File.WriteAllBytes(path, input);
                throw new InvalidOperationException($"iteration {i} of seed {seed}, input in {path}: {failure.Message}", failure);
            }
        }

        accepted.Should().BeInRange(iterations / 10, iterations - (iterations / 10), "the mutations should hit both sides");
    }

    [Theory]
    [MemberData(nameof(Crashers))]
    public void What_once_broke_the_parser_is_refused_or_parsed(string name)
    {
        byte[] input = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fuzz", "Crashers", name));

        FluentActions.Invoking(() => ParserTarget.Accepts(input)).Should().NotThrow();
    }

    internal static int Setting(string name, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : fallback;
}
