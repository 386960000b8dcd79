using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using EbpfFirewall.Native.CoRe;
using EbpfFirewall.Native.Objects;
using EbpfFirewall.Native.Tests.Support;

namespace EbpfFirewall.Native.Tests.Fuzz;

/// <summary>
/// Mutates real objects and parses them. <c>EFW_FUZZ_ITERATIONS</c> and <c>EFW_FUZZ_SEED</c> set length and seed of a longer run:
/// <c>eng/fuzz-native 5000000</c>.
/// </summary>
public sealed class ObjectFuzzTests
{
    private static readonly uint[] Interesting =
        [0, 1, 2, 7, 8, 15, 16, 0x7f, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, 0x00ffffff, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff];

    [Fact]
    public void No_mutation_does_anything_but_parse_or_be_refused()
    {
        int iterations = Setting("EFW_FUZZ_ITERATIONS", 20_000);
        int seed = Setting("EFW_FUZZ_SEED", 1);
        byte[][] corpus = [.. new[] { "connect", "skb", "maps", "core", "ring", "ksyms", "kconfig", "legacy_maps", "tags", "data_sections", "nested_maps" }.Select(static n => TestObject.Compile(n)),
            TestObject.Compile("skb", target: "bpfeb")];
        Btf kernel = TestObject.Parse("core").TypeInformation!;
        Random random = new(seed);
        int refused = 0;
        TimeSpan slowest = TimeSpan.Zero;
        for (int i = 0; i < iterations; i++)
        {
            byte[] input = Mutate(corpus[i % corpus.Length], random);
            long start = Stopwatch.GetTimestamp();
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Exercise(input, kernel);
            }
            catch (Exception expected) when (expected is BpfFormatException or BpfException)
            {
                refused++;
            }
            catch (Exception failure)
            {
                string path = Path.Combine(Path.GetTempPath(), $"efw-fuzz-{seed}-{i}.o");
                File.WriteAllBytes(path, input);
                throw new InvalidOperationException($"iteration {i} of seed {seed}, input in {path}", failure);
            }

            (GC.GetAllocatedBytesForCurrentThread() - allocated).Should().BeLessThan(300 << 20);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            slowest = elapsed > slowest ? elapsed : slowest;
        }

        refused.Should().BeInRange(iterations / 10, iterations - (iterations / 10), "the mutations should hit both sides");
        slowest.Should().BeLessThan(TimeSpan.FromSeconds(5));
    }

    /// <summary>Everything that is done with an object before the kernel is asked.</summary>
    internal static void Exercise(byte[] input, Btf kernel)
    {
        BpfObjectSpec spec = BpfObjectSpec.Parse(input).Copy();
        foreach (BpfProgramSpec program in spec.Programs.Values)
        {
            LinkedProgram linked = ProgramLinker.Link(program.Function);
            if (spec.TypeInformation is null || linked.CoreRelocations.Count == 0)
            {
                continue;
            }

            CoreResolver resolver = spec.Parsed.ResolverFor(kernel);
            for (int i = 0; i < linked.CoreRelocations.Count; i++)
            {
                (int index, CoreRelocation relocation) = linked.CoreRelocations[i];
                CorePatcher.Apply(linked.Code, index, resolver.Resolve(relocation), resolver.Describe(relocation));
            }
        }

        spec.TypeInformation?.FindStruct("answers");
        if (spec.TypeInformation is { } btf)
        {
            EbpfFirewall.Native.BtfModel.BtfLoader.Sanitize(btf);
        }
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        byte[] input = (byte[])original.Clone();
        int changes = 1 << random.Next(4);
        for (int c = 0; c < changes; c++)
        {
            // Headers and tables are small parts of the file: aim at them on purpose.
            int headers = (int)BinaryPrimitives.ReadUInt64LittleEndian(input.AsSpan(40));
            int at = random.Next(4) switch
            {
                0 when headers > 0 && headers < input.Length => random.Next(headers, input.Length),
                1 => random.Next(64),
                _ => random.Next(input.Length),
            };
            switch (random.Next(5))
            {
                case 0:
                    input[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    input[at] = (byte)random.Next(256);
                    break;
                case 2 when at + 4 <= input.Length:
                    BinaryPrimitives.WriteUInt32LittleEndian(input.AsSpan(at & ~3), Interesting[random.Next(Interesting.Length)]);
                    break;
                case 3 when at + 8 <= input.Length:
                    BinaryPrimitives.WriteUInt64LittleEndian(input.AsSpan(at & ~7), (ulong)random.NextInt64());
                    break;
                case 4 when random.Next(8) == 0:
                    return input[..random.Next(input.Length)];
                default:
                    input[at]++;
                    break;
            }
        }

        return input;
    }

    private static int Setting(string name, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : fallback;
}
