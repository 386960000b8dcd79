using System.Diagnostics;
using EbpfFirewall.Decisions;
using EbpfFirewall.Policies;
using EbpfFirewall.Sandboxes;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Sandboxes;

/// <summary>System calls that the launcher's filter denies: what their callers are told, and who is told of them.</summary>
public sealed class SystemCallTests
{
    private const string Unshare = "import ctypes; ctypes.CDLL(None).unshare(0x20000)";

    [KernelFact]
    public async Task Callers_are_told_the_same_as_without_anybody_who_listens()
    {
        string calls = await File.ReadAllTextAsync(RepositoryRoot.Combine("tests", "EbpfFirewall.Launcher.Tests", "Probes", "calls.py"));
        await using Lab silent = await Lab.StartAsync(builder => builder.UseMode(PolicyMode.Disabled));
        await using Lab told = await StartAsync();

        Output without = await silent.RunAsync("python3", "-c", calls);
        Output with = await told.RunAsync("python3", "-c", calls);

        without.Out.Should().Contain("bpf EPERM").And.Contain("io_uring_setup ENOSYS").And.Contain("socket family 17 EAFNOSUPPORT");
        with.Out.Should().Be(without.Out);
    }

    [KernelFact]
    public async Task A_denied_call_is_told_of_with_who_made_it()
    {
        await using Lab lab = await StartAsync();

        Output output = await lab.RunAsync("python3", "-c", Unshare, "with an argument");

        DecisionEvent told = (await lab.EndAsync()).Should().ContainSingle(decision => decision.Reason == DecisionReason.SystemCall).Subject;
        told.Should().BeEquivalentTo(new
        {
            Stage = DecisionStage.SystemCall,
            Verdict = Verdict.Deny,
            Blocked = true,
            SystemCall = "unshare(0x20000)",
            Attribution = Attribution.Caller,
            Sandbox = "lab",
            IsRepeat = false,
        });
        told.Process.ProcessId.Should().Be(output.ProcessId);
        told.Process.Arguments.Skip(1).Should().Equal("-c", Unshare, "with an argument");
        told.Process.UserId.Should().Be(0);
        told.Process.Executable.Should().Contain("python3");
        told.Process.Parents.Should().Contain(parent => parent.ProcessId == Environment.ProcessId);
    }

    [KernelFact]
    public async Task A_socket_that_was_refused_is_named_as_one()
    {
        await using Lab lab = await StartAsync();

        await lab.RunAsync("python3", "-c", "import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)");

        DecisionEvent told = (await lab.EndAsync()).Should().ContainSingle(decision => decision.Reason == DecisionReason.SystemCall).Subject;
        told.SocketFamily.Should().Be(17);
        DecisionExplanation.Of(told).Should().StartWith("A socket AF_PACKET SOCK_RAW leads past the firewall");
    }

    [KernelFact]
    public async Task Equal_calls_of_a_process_are_told_once_and_counted()
    {
        await using Lab lab = await StartAsync();

        await lab.RunAsync("python3", "-c", "import ctypes; [ctypes.CDLL(None).unshare(0x20000) for i in range(1000)]");

        DecisionEvent[] told = [.. (await lab.EndAsync()).Where(decision => decision.Reason == DecisionReason.SystemCall)];
        told.Should().HaveCount(2);
        told[0].RepeatCount.Should().Be(1);
        told[1].Should().Match<DecisionEvent>(decision => decision.IsRepeat && decision.RepeatCount == 999);
    }

    [KernelFact]
    public async Task What_many_programs_try_is_told_once_for_the_program()
    {
        await using Lab lab = await StartAsync();

        await lab.RunAsync("sh", "-c", "for i in 1 2 3; do python3 -c 'import ctypes; ctypes.CDLL(None).syscall(425, 1, 0)'; done");

        DecisionEvent[] told = [.. (await lab.EndAsync()).Where(decision => decision.Reason == DecisionReason.SystemCall)];
        told.Select(decision => (decision.SystemCall, decision.RepeatCount)).Should().Equal(("io_uring_setup()", 1), ("io_uring_setup()", 2));
    }

    [KernelFact]
    public async Task In_a_mode_that_blocks_nothing_they_are_blocked_all_the_same_and_said_to_be()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.Observe());

        await lab.RunAsync("python3", "-c", Unshare);

        (await lab.EndAsync()).Should().ContainSingle(decision => decision.Reason == DecisionReason.SystemCall && decision.Blocked);
    }

    [KernelFact]
    public async Task When_nobody_listens_any_more_they_stay_denied()
    {
        const string Script = "import ctypes, sys; libc = ctypes.CDLL(None, use_errno=True); print(libc.unshare(0x20000), ctypes.get_errno(), flush=True); "
            + "sys.stdin.readline(); print(libc.unshare(0x20000), ctypes.get_errno(), flush=True)";
        await using Lab lab = await StartAsync();
        var startInfo = new ProcessStartInfo("python3", ["-c", Script]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using Process process = lab.Sandbox.Start(startInfo);
        (await process.StandardOutput.ReadLineAsync()).Should().Be("-1 1", "EPERM is the filter's answer");

        ((Sandbox)lab.Sandbox).Enforcement!.SystemCalls.Dispose();
        await process.StandardInput.WriteLineAsync();

        (await process.StandardOutput.ReadLineAsync()).Should().Be("-1 38", "ENOSYS is the kernel's");
    }

    [KernelFact]
    public async Task Nothing_is_missing_where_calls_can_be_listened_to()
    {
        await using Lab lab = await StartAsync();

        await lab.RunAsync("true");

        lab.Sandbox.Gaps.Should().NotHaveFlag(SandboxGaps.SystemCallEvents);
    }

    private static Task<Lab> StartAsync() => Lab.StartAsync(builder => builder.Allow("192.0.2.1"));
}
