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
        Random random = new(1);
        int parsed = 0;

        foreach (byte[] file in Files())
        {
            for (int i = 0; i <= CutsPerFile; i++)
            {
                parsed += ParserTarget.Accepts(i == 0 ? file : file[..random.Next(file.Length)]) ? 1 : 0;
            }
        }

        parsed.Should().BePositive();
    }

    private static IEnumerable<byte[]> Files() => Environment.GetEnvironmentVariable("EFW_BPF_CORPUS") is { Length: > 0 } folder
        ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(File.ReadAllBytes).Where(static f => f.Length > 0)
        : [TestObject.Compile("core"), TestObject.Compile("nested_maps", clang: "clang-14"), TestObject.Compile("skb", target: "bpfeb")];
}
