using System.Runtime.InteropServices;
using EbpfFirewall.Native.BtfModel;
using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Loading;

public sealed class CoreTests
{
    [StructLayout(LayoutKind.Sequential)]
    private struct Answers
    {
        public uint Tgid, ParentTgid, OwnTgid, HasComm, HasMissing, CommSize, TypeExists, MissingTypeExists;
        public ulong EnumValue;
        public uint EnumExists, MissingEnumExists, TypeSize, TgidSigned, BoottimeSigned, TypeMatches, TypeDoesNotMatch;
        public uint LocalId, TargetId, BitSize, LeftShift, RightShift, CommOffset, BitOffset;
    }

    [KernelFact]
    public void Every_kind_of_relocation_gives_the_kernels_own_answer()
    {
        BpfObjectSpec spec = TestObject.Parse("core");
        using BpfObject loaded = BpfObject.Load(spec);
        using BpfLink link = loaded.Programs["ask"].AttachToRawTracepoint("sys_enter");
        SpinWait.SpinUntil(() => loaded.Variables["answers"].Get<Answers>().EnumValue != 0, TimeSpan.FromSeconds(10));
        link.Dispose();

        Answers answers = loaded.Variables["answers"].Get<Answers>();
        Btf kernel = KernelBtf.Load();
        BtfField comm = kernel.FindStruct("task_struct")!.Fields.Single(static f => f.Name == "comm");
        answers.Tgid.Should().NotBe(0).And.Be(answers.OwnTgid);
        answers.HasComm.Should().Be(1);
        answers.HasMissing.Should().Be(0);
        answers.CommOffset.Should().Be((uint)comm.OffsetBytes);
        answers.CommSize.Should().Be((uint)comm.SizeBytes).And.Be(16);
        answers.TypeExists.Should().Be(1);
        answers.MissingTypeExists.Should().Be(0);
        answers.EnumValue.Should().Be(11);
        answers.EnumExists.Should().Be(1);
        answers.MissingEnumExists.Should().Be(0);
        answers.TypeSize.Should().Be(16);
        answers.TgidSigned.Should().Be(1);
        answers.BoottimeSigned.Should().Be(0);
        answers.TypeMatches.Should().Be(1);
        answers.TypeDoesNotMatch.Should().Be(0);
        answers.LocalId.Should().Be((uint)spec.TypeInformation!.FindId("list_head", BtfKind.Struct));
        answers.TargetId.Should().Be((uint)kernel.FindId("list_head", BtfKind.Struct));
        answers.RightShift.Should().Be(63);
        uint bit = Flatten(kernel.FindStruct("sk_buff")!, 0).Single(static f => f.Name == "ignore_df").Offset;
        (answers.BitOffset * 8).Should().BeLessThanOrEqualTo(bit);
        answers.LeftShift.Should().Be(64 - (bit + 1 - (answers.BitOffset * 8)));
    }

    [KernelFact]
    public void Relocated_instructions_are_those_of_libbpf()
    {
        using TestBpfFolder folder = new("core-tag");
        string file = TestObject.WriteFile("core");
        BpfTool.Run("prog", "loadall", file, folder["libbpf"]);
        TestObject.RemoveFile(file);
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("core"));
        using BpfProgram theirs = BpfProgram.OpenPinned(folder["libbpf/ask"]);

        loaded.Programs["ask"].GetInfo().Tag.Should().Be(theirs.GetInfo().Tag);
    }

    [KernelFact]
    public void A_field_that_the_kernel_lacks_is_named_when_the_program_is_rejected()
    {
        Action load = () => BpfObject.Load(TestObject.Parse("core_missing"));

        load.Should().Throw<BpfVerifierException>().WithMessage("*offset of struct task_struct___gone.vanished*");
    }

    [KernelFact]
    public void The_kernels_types_are_indexed_once()
    {
        KernelBtf.Load().Should().BeSameAs(KernelBtf.Load());
        KernelBtf.Load().TypeCount.Should().BeGreaterThan(10_000);
    }

    private static IEnumerable<(string Name, uint Offset)> Flatten(BtfStruct type, uint start) => type.Fields.SelectMany(f =>
        f.Anonymous is null ? [(f.Name, start + f.OffsetBits)] : Flatten(f.Anonymous, start + f.OffsetBits));
}
