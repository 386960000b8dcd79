using EbpfFirewall.Native.Tests.Support;

namespace EbpfFirewall.Native.Tests.Links;

public sealed class UserCodeTests
{
    [FeatureFact(Link = BpfLinkType.PerfEvent, PerfDevice = "uprobe")]
    public void A_program_runs_when_a_function_of_a_library_is_called()
    {
        UserFunction function = UserFunction.Find("getppid");
        using BpfObject loaded = TestObject.Load("attach", "on_user_code");
        using BpfLink link = loaded.Programs["on_user_code"].AttachToUserCode(function.Path, function.Offset, Environment.ProcessId);

        function.Call();
        function.Call();

        loaded.Variables["hits"].Get<ulong>().Should().Be(2);
        link.GetInfo().Type.Should().Be(BpfLinkType.PerfEvent);
        link.Dispose();
        function.Call();
        loaded.Variables["hits"].Get<ulong>().Should().Be(2);
    }

    [FeatureFact(Link = BpfLinkType.PerfEvent, PerfDevice = "uprobe")]
    public void A_program_runs_when_a_function_of_a_library_returns()
    {
        UserFunction function = UserFunction.Find("getpgrp");
        using BpfObject loaded = TestObject.Load("attach", "on_user_code");
        using BpfLink link = loaded.Programs["on_user_code"].AttachToUserCode(function.Path, function.Offset, Environment.ProcessId, atReturn: true);

        function.Call();

        loaded.Variables["hits"].Get<ulong>().Should().Be(1);
    }

    [FeatureFact(Link = BpfLinkType.UprobeMulti)]
    public void One_program_runs_for_many_functions_of_a_library()
    {
        UserFunction first = UserFunction.Find("getppid");
        UserFunction second = UserFunction.Find("getpgrp");
        using BpfObject loaded = TestObject.Load("attach", "on_user_codes");
        BpfProgram program = loaded.Programs["on_user_codes"];
        using BpfLink link = program.AttachToUserCode(first.Path, [first.Offset, second.Offset], Environment.ProcessId);

        first.Call();
        second.Call();

        loaded.Variables["hits"].Get<ulong>().Should().Be(2);
        link.GetInfo().Type.Should().Be(BpfLinkType.UprobeMulti);
        program.Invoking(static p => p.AttachToUserCode("/", [1])).Should().Throw<BpfException>().Which.Error.Should().Be(Errno.EBADF);
        program.Invoking(static p => p.AttachToUserCode("/no/such/file", [1])).Should().Throw<BpfException>().Which.Error.Should().Be(Errno.ENOENT);
    }
}
