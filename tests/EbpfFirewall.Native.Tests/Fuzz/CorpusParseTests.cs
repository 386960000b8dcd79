using System.Diagnostics;
using EbpfFirewall.Native.Tests.Support;

namespace EbpfFirewall.Native.Tests.Fuzz;

/// <summary>
/// Parses every file of <c>EFW_BPF_CORPUS</c>, whole and cut off at random places: objects of other compilers and of either byte order. By
/// default it is a few objects of this project.
/// </summary>
public sealed class CorpusParseTests
{
    private const int CutsPerFile = 20;

    [Fact]
    public void Files_whole_and_cut_off_parse_or_are_refused()
    {
        Btf kernel = TestObject.Parse("core").TypeInformation!;
        Random random = new(1);
        TimeSpan slowest = TimeSpan.Zero;
        int parsed = 0;

        foreach (byte[] file in Files())
        {
            for (int i = 0; i <= CutsPerFile; i++)
            {
                long start = Stopwatch.GetTimestamp();
                parsed += Parses(i == 0 ? file : file[..random.Next(file.Length)], kernel) ? 1 : 0;
                TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
                slowest = elapsed > slowest ? elapsed : slowest;
            }
        }

        parsed.Should().BePositive();
        slowest.Should().BeLessThan(TimeSpan.FromSeconds(5));
    }

    /// <summary>False when it is refused as it should be; everything else is thrown.</summary>
    private static bool Parses(byte[] file, Btf kernel)
    {
        try
        {
            ObjectFuzzTests.Exercise(file, kernel);
            return true;
        }
        catch (Exception expected) when (expected is BpfFormatException or BpfException)
        {
            return false;
        }
    }

    private static IEnumerable<byte[]> Files() => Environment.GetEnvironmentVariable("EFW_BPF_CORPUS") is { Length: > 0 } folder
        ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(File.ReadAllBytes).Where(static f => f.Length > 0)
        : [TestObject.Compile("core"), TestObject.Compile("nested_maps", clang: "clang-14"), TestObject.Compile("skb", target: "bpfeb")];
}
