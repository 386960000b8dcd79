using System.Diagnostics;
using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;
using Xunit.Abstractions;

namespace EbpfFirewall.Native.Tests.Differential;

/// <summary>
/// The same objects in this library and in libbpf. <c>EFW_BPF_CORPUS=folder dotnet test tests/EbpfFirewall.Native.Tests --filter Corpus</c>
/// takes any folder of objects; the table goes to <c>EFW_BPF_REPORT</c>, by default artifacts/loader-differential.md.
/// <c>EFW_BPFTOOL</c> names the bpftool; by default it is the newest one found.
/// </summary>
public sealed class LoaderDifferentialTests(ITestOutputHelper output)
{
    // Calls of functions that a kernel lacks are poisoned, and every version of libbpf has a poison of its own.
    private const string KernelFunctions = "kernel_functions";

    public static TheoryData<string, string, string> Objects()
    {
        TheoryData<string, string, string> objects = [];
        foreach (string file in Directory.GetFiles(TestObject.Corpus, "*.bpf.c").Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(file)[..^".bpf.c".Length];
            if (name == KernelFunctions)
            {
                continue;
            }

            objects.Add(name, "clang-14", "-mcpu=v2 -g");
            objects.Add(name, "clang-19", "-mcpu=v3 -g");
        }

        foreach (string name in new[] { "functions", "inlined_assembly", "core_fields", "data_sections" })
        {
            objects.Add(name, "clang-14", "-mcpu=v1 -g");
            objects.Add(name, "clang-19", "-mcpu=v4 -g");
        }

        return objects;
    }

    [KernelTheory]
    [MemberData(nameof(Objects))]
    public void What_libbpf_loads_is_loaded_and_is_the_same(string name, string clang, string options) => Compare(name, clang, options);

    [FeatureFact(Function = "bpf_rcu_read_lock")]
    public void Calls_of_kernel_functions_are_the_same()
    {
        Compare(KernelFunctions, "clang-14", "-mcpu=v2 -g");
        Compare(KernelFunctions, "clang-19", "-mcpu=v3 -g");
    }

    private void Compare(string name, string clang, string options)
    {
        using TestBpfFolder folder = new($"diff-{name}-{clang}");
        string path = TestObject.WriteFile(name, clang, options);

        Comparison result = LoaderPair.Compare(path, folder);

        TestObject.RemoveFile(path);
        output.WriteLine(result.Row());
        result.IsShortcoming.Should().BeFalse(result.Row());
        result.OurContent.Should().Equal(result.TheirContent);
    }

    [KernelFact]
    public void A_statically_linked_object_is_the_same()
    {
        using TestBpfFolder folder = new("diff-linked");
        string[] parts = [TestObject.WriteFile("linked_one"), TestObject.WriteFile("linked_two")];
        string linked = Path.Combine(Path.GetDirectoryName(parts[0])!, "linked.o");
        BpfTool.Run(["gen", "object", linked, .. parts]);

        Comparison result = LoaderPair.Compare(linked, folder);
        BpfObjectSpec spec = BpfObjectSpec.Parse(File.ReadAllBytes(linked));

        Array.ForEach(parts, TestObject.RemoveFile);
        result.Theirs.IsLoaded.Should().BeTrue(result.Theirs.Message);
        result.IsShortcoming.Should().BeFalse(result.Row());
        result.OurContent.Should().Equal(result.TheirContent);
        spec.Programs.Keys.Should().BeEquivalentTo("first", "second");
        spec.Variables["shared_counter"].Get<int>().Should().Be(7);
    }

    [KernelFact]
    public void Corpus_objects_that_libbpf_loads_are_loaded()
    {
        string given = Environment.GetEnvironmentVariable("EFW_BPF_CORPUS") ?? "";
        string corpus = given.Length > 0 ? given : CompileCorpus();
        string report = Environment.GetEnvironmentVariable("EFW_BPF_REPORT") is { Length: > 0 } path
            ? path
            : Path.Combine(RepositoryRoot.Path, "artifacts", "loader-differential.md");
        using TestBpfFolder folder = new("corpus");
        long start = Stopwatch.GetTimestamp();

        List<Comparison> results = [.. Directory.EnumerateFiles(corpus, "*", SearchOption.AllDirectories)
            .Where(IsElf).Order(StringComparer.Ordinal).Select(f => LoaderPair.Compare(f, folder))];

        if (given.Length == 0)
        {
            Directory.Delete(corpus, recursive: true);
        }

        string[] lines = [.. Report(results, Stopwatch.GetElapsedTime(start))];
        Directory.CreateDirectory(Path.GetDirectoryName(report)!);
        File.WriteAllLines(report, lines);
        output.WriteLine(string.Join('\n', lines));
        results.Should().NotBeEmpty();
        results.Where(static r => r.IsShortcoming).Select(static r => r.Row()).Should().BeEmpty();
    }

    /// <summary>How many of each verdict, the rows that somebody should look at, and why bpftool refuses what both refuse.</summary>
    private static IEnumerable<string> Report(List<Comparison> results, TimeSpan elapsed) =>
    [
        $"Loader differential against {LoaderPair.Tool}: {results.Count} objects in {elapsed.TotalSeconds:F0} s.", "",
        "| verdict | objects |", "|---|---|",
        .. results.CountBy(static r => r.Verdict).OrderByDescending(static c => c.Value).Select(static c => $"| {c.Key} | {c.Value} |"), "",
        "| object | verdict | ours | bpftool |", "|---|---|---|---|",
        .. results.Where(static r => !r.IsUnremarkable).OrderBy(static r => r.Verdict, StringComparer.Ordinal).Select(static r => r.Row()), "",
        "| both refuse, in bpftool's words | objects | for example |", "|---|---|---|",
        .. results.Where(static r => r.IsRefusedByBoth).GroupBy(static r => r.Reason).OrderByDescending(static g => g.Count()).Take(30)
            .Select(static g => $"| {g.Key} | {g.Count()} | {g.First().Name} |"),
    ];

    private static string CompileCorpus()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("efw-native-corpus");
        foreach (string name in new[] { "functions", "nested_maps", "legacy_maps", "unresolved" })
        {
            File.WriteAllBytes(Path.Combine(folder.FullName, name + ".o"), TestObject.Compile(name));
        }

        return folder.FullName;
    }

    private static bool IsElf(string path)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> magic = stackalloc byte[4];
        return file.ReadAtLeast(magic, 4, throwOnEndOfStream: false) == 4 && magic.SequenceEqual("\u007fELF"u8);
    }
}
