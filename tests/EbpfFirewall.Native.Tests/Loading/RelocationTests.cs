using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Loading;

public sealed class RelocationTests
{
    private static readonly byte[] Packet = [.. new byte[12], 8, 0, 0x45, .. new byte[45]];

    [KernelFact]
    public void Subprograms_and_constants_are_linked_in()
    {
        BpfObjectSpec spec = TestObject.Parse("skb");
        spec.Variables["factor"].Set(3u);
        using BpfObject loaded = BpfObject.Load(spec);

        BpfTestRunResult result = loaded.Programs["length_scaled"].TestRun(Packet);

        result.ReturnValue.Should().Be((uint)Packet.Length * 6);
        loaded.Variables["calls"].Get<uint>().Should().Be(2);
    }

    // 181 is bpf_loop; bpf_for_each_map_elem is older.
    [FeatureFact(Program = BpfProgramType.SchedCls, Helper = 181)]
    public void A_callback_is_passed_by_address()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("callbacks"));
        BpfMap<uint, ulong> numbers = loaded.Maps["numbers"].As<uint, ulong>();
        numbers.SetMany([0, 1, 2, 3], [10, 20, 30, 40]);

        loaded.Programs["sum_numbers"].TestRun(Packet);
        uint looped = loaded.Programs["loop"].TestRun(Packet).ReturnValue;

        loaded.Variables["sum"].Get<ulong>().Should().Be(100);
        looped.Should().Be(45);
    }

    [KernelFact]
    public void Per_CPU_values_are_one_a_CPU()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("skb"));
        loaded.Programs["length_scaled"].TestRun(Packet, repeat: 5);

        BpfPerCpuMap<uint, uint> map = loaded.Maps["per_cpu"].AsPerCpu<uint, uint>();
        uint[] values = new uint[map.CpuCount];
        map.TryGetValues(0, values).Should().BeTrue();
        map.SetValues(0, [.. Enumerable.Repeat(9u, map.CpuCount)]);
        uint[] stored = new uint[map.CpuCount];
        map.TryGetValues(0, stored);

        values.Sum(static v => v).Should().Be(5);
        stored.Should().OnlyContain(static v => v == 9);
    }

    [KernelFact]
    public void The_object_fills_program_arrays_and_maps_of_maps_itself()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("maps"));
        loaded.Maps["inner_b"].As<uint, uint>().Set(0, 42);

        loaded.Programs["tail_caller"].TestRun(Packet).ReturnValue.Should().Be(42);
    }

    [KernelTheory]
    [InlineData("skb")]
    [InlineData("maps")]
    [InlineData("ring")]
    public void Programs_have_the_tag_that_libbpf_gives_them(string name) => CompareTags(name);

    [FeatureFact(Program = BpfProgramType.SchedCls, Helper = 181)]
    public void Programs_with_callbacks_have_the_tag_that_libbpf_gives_them() => CompareTags("callbacks");

    private static void CompareTags(string name)
    {
        using TestBpfFolder folder = new($"tag-{name}");
        string file = TestObject.WriteFile(name);
        BpfTool.Run("prog", "loadall", file, folder["libbpf"]);
        TestObject.RemoveFile(file);
        BpfObjectSpec spec = TestObject.Parse(name);
        using BpfObject loaded = BpfObject.Load(spec);

        foreach ((string program, BpfProgram ours) in loaded.Programs)
        {
            using BpfProgram theirs = BpfProgram.OpenPinned(folder[$"libbpf/{program}"]);
            ours.GetInfo().Tag.Should().Be(theirs.GetInfo().Tag, program);
        }
    }

    [KernelFact]
    public void The_kernel_knows_functions_and_source_lines_of_what_was_loaded()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("skb"));
        BpfProgram program = loaded.Programs["length_scaled"];

        string dump = BpfTool.Run("prog", "dump", "xlated", "id", $"{program.Id}", "linum").GetRawText();

        dump.Should().Contain("return twice(skb->len);").And.Contain("return x * factor;");
        program.GetInfo().BtfId.Should().NotBe(0);
        loaded.Maps["numbers"].GetInfo().BtfId.Should().NotBe(0);
    }

    [KernelFact]
    public void A_rejected_program_shows_reason_source_line_and_whole_log()
    {
        Action load = () => BpfObject.Load(TestObject.Parse("rejected"));

        BpfVerifierException failure = load.Should().Throw<BpfVerifierException>().Which;

        failure.Program.Should().Be("careless");
        failure.Reason.Should().Contain("invalid mem access 'map_value_or_null'");
        failure.SourceLine.Should().StartWith("return *value;");
        if (failure.Log.Contains(" @ ", StringComparison.Ordinal))
        {
            // The verifier names the file since Linux 6.9.
            failure.SourceLine.Should().Contain("rejected.bpf.c:");
        }

        failure.Message.Should().Contain("careless").And.Contain("return *value;").And.NotContain("processed");
        failure.Log.Should().Contain("processed");
    }

    [Fact]
    public void Code_for_the_other_byte_order_parses_but_does_not_load()
    {
        BpfObjectSpec spec = BpfObjectSpec.Parse(TestObject.Compile("skb", target: "bpfeb"));

        spec.IsLittleEndian.Should().BeFalse();
        spec.Maps["numbers"].MaxEntries.Should().Be(4);
        spec.Programs["first_number"].Instructions.Span[0].Should().Be(TestObject.Parse("skb").Programs["first_number"].Instructions.Span[0]);
        spec.Invoking(static s => BpfObject.Load(s)).Should().Throw<BpfException>().WithMessage("*big-endian*");
    }
}
