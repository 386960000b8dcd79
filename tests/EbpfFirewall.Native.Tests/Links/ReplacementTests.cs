using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Links;

public sealed class ReplacementTests
{
    private static readonly byte[] Packet = [.. new byte[12], 8, 0, 0x45, .. new byte[45]];

    [FeatureFact(Program = BpfProgramType.Extension)]
    public void A_function_of_a_loaded_program_is_replaced_while_the_link_lives()
    {
        using BpfObject asking = TestObject.Load("attach", "ask");
        using BpfObject replacing = LoadReplacement(asking.Programs["ask"]);

        uint before = Ask(asking);
        uint during;
        using (BpfLink link = replacing.Programs["other_answer"].AttachToRawTracepoint())
        {
            during = Ask(asking);
            link.GetInfo().Type.Should().Be(BpfLinkType.Tracing);
        }

        (before, during, Ask(asking)).Should().Be((7u, 42u, 7u));
        replacing.Variables["hits"].Get<ulong>().Should().Be(1);
    }

    [FeatureFact(Program = BpfProgramType.Extension)]
    public void A_replacement_serves_other_programs_with_the_same_function()
    {
        using BpfObject first = TestObject.Load("attach", "ask");
        using BpfObject second = TestObject.Load("attach", "ask");
        using BpfObject replacing = LoadReplacement(first.Programs["ask"]);
        BpfProgram replacement = replacing.Programs["other_answer"];

        using BpfLink link = replacement.AttachToFunction(second.Programs["ask"], "answer");

        (Ask(first), Ask(second)).Should().Be((7u, 42u));
        replacement.Invoking(r => r.AttachToFunction(second.Programs["ask"], "nothing")).Should().Throw<BpfException>()
            .WithMessage("*'nothing' of program 'ask'*").Which.Error.Should().Be(Errno.ENOENT);
    }

    [KernelFact]
    public void A_target_without_the_function_is_refused_by_name()
    {
        using BpfObject asking = TestObject.Load("connect", "on_connect");

        asking.Programs["on_connect"].Invoking(LoadReplacement).Should().Throw<BpfException>().WithMessage("*'answer' of program 'on_connect'*");
    }

    private static BpfObject LoadReplacement(BpfProgram target)
    {
        BpfObjectSpec spec = TestObject.Parse("attach");
        spec.Programs["other_answer"].TargetProgram = target;
        spec.Programs["other_answer"].AutoLoad = true;
        return BpfObject.Load(spec);
    }

    private static uint Ask(BpfObject asking) => asking.Programs["ask"].TestRun(Packet).ReturnValue;
}
