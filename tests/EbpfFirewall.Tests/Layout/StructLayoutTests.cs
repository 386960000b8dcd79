using EbpfFirewall.Core.Tests.Support;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;

namespace EbpfFirewall.Tests.Layout;

/// <summary>What the compiler recorded of every shared structure, against its mirror.</summary>
public sealed class StructLayoutTests
{
    /// <summary>Structures that only the kernel side reads and writes.</summary>
    private static readonly string[] KernelOnly = ["efw_socket", "efw_flow_key", "efw_flow", "efw_inspection"];

    /// <summary>Words that C abbreviates.</summary>
    private static readonly Dictionary<string, string> Spelled = new() { ["tgid"] = "ProcessId", ["addr"] = "Address" };

    private static readonly Btf Layout = ReadLayout();

    public static TheoryData<string> Mirrors => [.. MirrorType.All.Select(mirror => mirror.KernelName)];

    [Theory]
    [MemberData(nameof(Mirrors))]
    public void A_mirror_has_the_size_of_its_structure(string kernelName)
    {
        MirrorType mirror = Mirror(kernelName);

        mirror.SizeBytes.Should().Be(Struct(kernelName).SizeBytes);
    }

    [Theory]
    [MemberData(nameof(Mirrors))]
    public void A_mirror_has_the_fields_of_its_structure_by_name_place_and_size_in_order(string kernelName)
    {
        IEnumerable<(string, int, int)> fields = Mirror(kernelName).Fields();

        fields.Should().Equal(Expected(Struct(kernelName)));
    }

    [Fact]
    public void Every_structure_that_user_space_reads_has_a_mirror_and_no_mirror_is_left_over()
    {
        string[] shared = [.. new CHeader("bpf", "layout.bpf.c").StructMembers("efw_layout").Except(KernelOnly)];
        string[] nested = ["efw_addr", "efw_parent"];

        MirrorType.All.Select(mirror => mirror.KernelName).Should().BeEquivalentTo(shared.Concat(nested));
    }

    [Fact]
    public void Every_structure_that_user_space_writes_into_a_map_or_reads_from_one_is_in_the_layout()
    {
        Struct("efw_layout").Fields.Select(field => field.Name).Should().Contain(
            ["header", "image", "term", "learned", "process_key", "process", "redirect_key", "redirect", "event", "report_key", "report", "quota", "self"]);
    }

    // Two halves instead of four words, so that it compares without a loop.
    private static IEnumerable<(string, int, int)> Expected(BtfStruct structure) => structure.Name == "efw_addr"
        ? [(nameof(AddressRecord.High), 0, 8), (nameof(AddressRecord.Low), 8, 8)]
        : structure.Fields.Select(field => (
            Spelled.TryGetValue(field.Name, out string? spelled) ? spelled : CHeader.Pascal(field.Name),
            field.OffsetBytes,
            (int)field.SizeBytes));

    private static MirrorType Mirror(string kernelName) => MirrorType.All.Single(mirror => mirror.KernelName == kernelName);

    private static BtfStruct Struct(string name) =>
        Layout.FindStruct(name) ?? throw new InvalidOperationException($"layout.bpf.o has no struct {name}.");

    private static Btf ReadLayout()
    {
        byte[] bytes = File.ReadAllBytes(RepositoryFiles.PathOf("bpf", "objects", "layout.bpf.o"));
        return BpfObjectSpec.Parse(bytes, "layout.bpf.o").TypeInformation
            ?? throw new InvalidOperationException("layout.bpf.o carries no BTF.");
    }
}
