using EbpfFirewall.Native.Objects;
using EbpfFirewall.Native.Tests.Support;

namespace EbpfFirewall.Native.Tests.Parsing;

public sealed class SpecTests
{
    [Theory]
    [InlineData("cgroup/connect4", BpfProgramType.CgroupSockAddr, BpfAttachType.CgroupInet4Connect, "")]
    [InlineData("cgroup/connect_unix", BpfProgramType.CgroupSockAddr, BpfAttachType.CgroupUnixConnect, "")]
    [InlineData("cgroup_skb/egress", BpfProgramType.CgroupSkb, BpfAttachType.CgroupInetEgress, "")]
    [InlineData("cgroup/skb", BpfProgramType.CgroupSkb, null, "")]
    [InlineData("tcx/ingress", BpfProgramType.SchedCls, BpfAttachType.TcxIngress, "")]
    [InlineData("classifier/from_host", BpfProgramType.SchedCls, null, "from_host")]
    [InlineData("tp/sched/sched_switch", BpfProgramType.Tracepoint, null, "sched/sched_switch")]
    [InlineData("lsm_cgroup/socket_bind", BpfProgramType.Lsm, BpfAttachType.LsmCgroup, "socket_bind")]
    [InlineData("iter/tcp", BpfProgramType.Tracing, BpfAttachType.TraceIterator, "tcp")]
    [InlineData("xdp.frags/devmap", BpfProgramType.Xdp, BpfAttachType.XdpDevmap, "")]
    [InlineData("uprobe.multi.s//bin/sh:main", BpfProgramType.Kprobe, BpfAttachType.TraceUprobeMulti, "/bin/sh:main")]
    [InlineData("fsession.multi.s/tcp_*", BpfProgramType.Tracing, BpfAttachType.TraceFsessionMulti, "tcp_*")]
    [InlineData("tp_btf.s/sys_enter", BpfProgramType.Tracing, BpfAttachType.TraceRawTracepoint, "sys_enter")]
    [InlineData("something_new", BpfProgramType.Unspecified, null, "")]
    public void Section_names_say_type_hook_and_target(string section, BpfProgramType type, BpfAttachType? hook, string target)
    {
        SectionType found = SectionTypes.Find(section);

        (found.Type, found.AttachType, found.Target).Should().Be((type, hook, target));
    }

    [Fact]
    public void Sleepable_sections_set_the_flag() =>
        SectionTypes.Find("lsm.s/file_open").Flags.Should().Be(BpfProgramFlags.Sleepable);

    [Fact]
    public void An_object_lists_maps_programs_and_variables_without_privileges()
    {
        BpfObjectSpec spec = TestObject.Parse("connect");

        spec.License.Should().Be("Dual MIT/GPL");
        spec.Maps.Keys.Should().BeEquivalentTo("by_port", ".rodata", ".bss", ".data");
        spec.Maps[".rodata"].Flags.Should().Be(BpfMapFlags.Mmapable | BpfMapFlags.ReadOnlyProgram);
        spec.Programs["on_connect"].AttachType.Should().Be(BpfAttachType.CgroupInet4Connect);
        spec.Programs["allow_all"].AutoLoad.Should().BeFalse();
        spec.Variables["limits"].SizeBytes.Should().Be(16);
        spec.Variables["limits"].GetBytes().Should().Equal(1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0);
        spec.Variables["denied_port"].IsConstant.Should().BeTrue();
        spec.Variables["connects"].IsConstant.Should().BeFalse();
    }

    [Fact]
    public void Data_that_nothing_refers_to_is_there_and_only_visible_data_is_mapped()
    {
        BpfObjectSpec spec = TestObject.Parse("unreferenced_data");

        spec.Maps.Keys.Should().BeEquivalentTo(".rodata", ".rodata.note", ".bss.quiet", ".data.hidden");
        spec.Maps[".data.hidden"].Flags.Should().Be(BpfMapFlags.None);
        spec.Maps[".bss.quiet"].Flags.Should().Be(BpfMapFlags.Mmapable);
        spec.Variables.Should().NotContainKey("hidden").And.ContainKey("quiet");
    }

    [Fact]
    public void Jump_tables_hold_instructions_of_the_linked_program()
    {
        BpfProgramSpec program = TestObject.Parse("jump_table").Programs["jump"];

        BpfReference table = ProgramLinker.Link(program.Function).References.Should().ContainSingle().Subject;

        (table.Kind, table.Index, table.Offset).Should().Be((BpfReferenceKind.JumpTable, 0, 0));
        table.Targets.Should().Equal(5, 7);
    }

    [Fact]
    public void What_handles_exceptions_is_linked_behind_the_program_that_names_it()
    {
        BpfObjectSpec spec = TestObject.Parse("exception_callback");

        spec.Programs["throwing"].Function.ExceptionCallback!.Name.Should().Be("handle");
        spec.Programs["peaceful"].Function.ExceptionCallback.Should().BeNull();
        ProgramLinker.Link(spec.Programs["throwing"].Function).Functions.Should().HaveCount(3, "it calls another function");
        ProgramLinker.Link(spec.Programs["peaceful"].Function).Functions.Should().HaveCount(2);
    }

    [Fact]
    public void Maps_of_every_form_are_described()
    {
        BpfObjectSpec spec = TestObject.Parse("maps");

        spec.Maps["outer"].Inner!.Type.Should().Be(BpfMapType.Array);
        spec.Maps["outer"].InitialSlots.Should().Equal((1, "inner_a"), (3, "inner_b"));
        spec.Maps["tails"].InitialSlots.Should().Equal((1, "tail_target"));
        spec.Maps["trie"].KeySize.Should().Be(8);
        spec.Maps["queue"].KeySize.Should().Be(0);
        spec.Maps["shared"].Flags.Should().Be(BpfMapFlags.Mmapable);
    }

    [Theory]
    [InlineData("clang-14", "-mcpu=v1 -g")]
    [InlineData("clang-14", "-mcpu=v3 -g")]
    [InlineData("clang-19", "-mcpu=v1 -g")]
    [InlineData("clang-19", "-mcpu=v2 -g")]
    [InlineData("clang-19", "-mcpu=v4 -g")]
    public void Objects_of_several_compilers_and_instruction_sets_parse_alike(string clang, string options)
    {
        foreach (string name in new[] { "connect", "skb", "callbacks", "maps", "ring" })
        {
            BpfObjectSpec reference = TestObject.Parse(name);
            BpfObjectSpec spec = BpfObjectSpec.Parse(TestObject.Compile(name, options: options, clang: clang), name);

            spec.Programs.Keys.Should().BeEquivalentTo(reference.Programs.Keys);
            spec.Maps.Values.Select(static m => (m.Name, m.Type, m.KeySize, m.ValueSize, m.MaxEntries))
                .Should().BeEquivalentTo(reference.Maps.Values.Select(static m => (m.Name, m.Type, m.KeySize, m.ValueSize, m.MaxEntries)));
            spec.Variables.Values.Select(static v => (v.Name, v.SizeBytes))
                .Should().BeEquivalentTo(reference.Variables.Values.Select(static v => (v.Name, v.SizeBytes)));
        }
    }

    [Fact]
    public void Layouts_of_structures_are_readable()
    {
        BtfStruct answers = TestObject.Parse("core").TypeInformation!.FindStruct("answers")!;

        answers.SizeBytes.Should().Be(96);
        answers.Fields.Single(static f => f.Name == "enum_value").OffsetBytes.Should().Be(32);
        TestObject.Parse("core").TypeInformation!.FindStruct("nowhere").Should().BeNull();
    }

    [Fact]
    public void Maps_without_type_information_are_refused_with_the_remedy()
    {
        Action parse = static () => BpfObjectSpec.Parse(TestObject.Compile("connect", options: "-mcpu=v3"));

        parse.Should().Throw<BpfFormatException>().WithMessage("*compile with -g*").Which.Section.Should().Be(".maps");
    }

    [Fact]
    public void Every_object_of_the_tests_compiles_and_parses()
    {
        string[] names = [.. Directory.GetFiles(TestObject.Folder, "*.bpf.c").Select(static f => Path.GetFileName(f)[..^".bpf.c".Length])];

        names.Should().NotBeEmpty().And.OnlyContain(static n => TestObject.Parse(n).Programs.Count > 0);
    }
}
