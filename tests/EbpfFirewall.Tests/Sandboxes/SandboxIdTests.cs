using System.Diagnostics;
using EbpfFirewall.Sandboxes;

namespace EbpfFirewall.Tests.Sandboxes;

public sealed class SandboxIdTests
{
    [Fact]
    public void An_id_reads_back_as_it_was_written()
    {
        var id = new SandboxId(4711, 18446744073709551615, 3);

        SandboxId.TryParse(id.ToString(), out SandboxId back).Should().BeTrue();

        id.ToString().Should().Be("efw-4711-18446744073709551615-3");
        back.Should().Be(id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("efw-")]
    [InlineData("efw-1-2")]
    [InlineData("efw-1-2-3-4")]
    [InlineData("efw-1-2-")]
    [InlineData("efw--1-2-3")]
    [InlineData("efw-1--2-3")]
    [InlineData("efw- 1-2-3")]
    [InlineData("efw-+1-2-3")]
    [InlineData("efw-a-2-3")]
    [InlineData("efw-99999999999-2-3")]
    [InlineData("EFW-1-2-3")]
    [InlineData("xefw-1-2-3")]
    [InlineData("efw-native-1-2-3")]
    public void What_is_no_id_is_not_taken_for_one(string text)
    {
        SandboxId.TryParse(text, out SandboxId id).Should().BeFalse();

        id.Should().Be(default(SandboxId));
    }

    [Fact]
    public void Ids_of_this_process_differ_and_their_owner_lives()
    {
        SandboxId first = SandboxId.Next();
        SandboxId second = SandboxId.Next();

        second.Should().NotBe(first);
        first.OwnerProcessId.Should().Be(Environment.ProcessId);
        first.OwnerLives.Should().BeTrue();
    }

    [Fact]
    public void A_pid_that_went_to_another_process_is_not_the_owner()
    {
        SandboxId id = SandboxId.Next();

        (id with { OwnerStartTicks = id.OwnerStartTicks - 1 }).OwnerLives.Should().BeFalse();
    }

    [Fact]
    public void The_owner_is_dead_once_it_has_ended()
    {
        using Process process = Process.Start("sleep", "1000");
        ulong start = ProcessStat.StartTicks(process.Id) ?? 0;
        var id = new SandboxId(process.Id, start, 1);
        id.OwnerLives.Should().BeTrue();

        process.Kill();
        process.WaitForExit();

        id.OwnerLives.Should().BeFalse();
    }
}
