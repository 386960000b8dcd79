using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Enforcing;

/// <summary>Which file a rule's path stands for, when files change. Nothing looks at paths again here until it is told to.</summary>
public sealed class ExecutableFileTests : IDisposable
{
    private const string Address = "127.1.0.1";
    private readonly Programs _programs = new();
    private readonly Peer _peer = Peer.Open("0.0.0.0");

    [KernelFact]
    public void A_file_that_replaces_a_program_is_denied_until_the_path_is_looked_at_again()
    {
        string git = _programs.Copy("git");
        string old = _programs.HardLink("old", git);
        using KernelLab lab = Lab(git);

        _programs.Copy("git");
        string replaced = lab.TakeBy(git, Step);
        string original = lab.TakeBy(old, Step);
        lab.RefreshExecutables();
        string known = lab.TakeBy(git, Step);
        string forgotten = lab.TakeBy(old, Step);

        (replaced, original, known, forgotten).Should().Be(("EPERM", "ok", "ok", "EPERM"));
    }

    [KernelFact]
    public void A_path_where_nothing_is_matches_nothing_until_something_appears()
    {
        string git = _programs.PathOf("git");
        using KernelLab lab = Lab(git);

        IReadOnlyList<string> missing = lab.RefreshExecutables();
        _programs.Copy("git");
        string early = lab.TakeBy(git, Step);
        IReadOnlyList<string> found = lab.RefreshExecutables();
        string known = lab.TakeBy(git, Step);

        missing.Should().Equal(git);
        found.Should().BeEmpty();
        (early, known).Should().Be(("EPERM", "ok"));
    }

    [KernelFact]
    public void What_is_no_program_is_reported_and_does_no_harm()
    {
        string folder = Directory.CreateDirectory(_programs.PathOf("folder")).FullName;
        string loop = _programs.Link("loop", "loop");
        Shell.Output($"mkfifo '{_programs.PathOf("pipe")}'");
        using KernelLab lab = Lab(folder, loop, _programs.PathOf("pipe"), _programs.PathOf("pipe") + "/below", "/dev/null");

        lab.RefreshExecutables().Should().HaveCount(5);
    }

    [KernelFact]
    public void A_copy_in_memory_is_no_program_of_a_rule()
    {
        string git = _programs.Copy("git");
        using KernelLab lab = Lab(git);

        string copy = lab.TakeBy(git, $"memory {git} {Step}");

        copy.Should().Be("EPERM");
    }

    [KernelFact]
    public async Task A_program_whose_file_is_deleted_is_one_until_the_path_is_looked_at_again()
    {
        string git = _programs.Copy("git");
        using KernelLab lab = Lab(git);
        using ProbeSession session = await ProbeSession.StartAsync(lab.Start, git);

        File.Delete(git);
        string deleted = await session.DoAsync(Step);
        IReadOnlyList<string> missing = lab.RefreshExecutables();
        string forgotten = await session.DoAsync(Step);

        missing.Should().Equal(git);
        (deleted, forgotten).Should().Be(("ok", "EPERM"));
    }

    [KernelTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void On_an_overlay_a_program_is_the_overlays_file_and_not_the_one_below(bool onSeveralFileSystems)
    {
        string tmp = _programs.Mount("tmp", "tmpfs", "mode=755");
        string upper = onSeveralFileSystems ? _programs.Mount("upper", "tmpfs", "mode=755") : tmp;
        Shell.Output($"mkdir '{tmp}/lower' '{upper}/up' '{upper}/work'; cp /usr/bin/python3 '{tmp}/lower/git'; cp /usr/bin/python3 '{tmp}/lower/other'");
        string merged = _programs.Mount("merged", "overlay", $"lowerdir={tmp}/lower,upperdir={upper}/up,workdir={upper}/work");
        using KernelLab lab = Lab($"{merged}/git");
        using KernelLab below = Lab($"{tmp}/lower/git");

        string through = lab.TakeBy($"{merged}/git", Step);
        string around = lab.TakeBy($"{tmp}/lower/git", Step);
        string other = lab.TakeBy($"{merged}/other", Step);
        string notBelow = below.TakeBy($"{merged}/git", Step);
        string inside = below.TakeBy($"{tmp}/lower/git", Step);
        Shell.Output($"touch '{merged}/git'; ls '{upper}/up/git'");
        string copiedUp = lab.TakeBy($"{merged}/git", Step);
        lab.RefreshExecutables();
        string copiedUpAndKnown = lab.TakeBy($"{merged}/git", Step);

        (through, around, other, notBelow, inside).Should().Be(("ok", "EPERM", "EPERM", "EPERM", "ok"));
        (copiedUp, copiedUpAndKnown).Should().Be(("ok", "ok"));
    }

    public void Dispose()
    {
        _peer.Dispose();
        _programs.Dispose();
    }

    private string Step => $"tcp 4 {Address} {_peer.Port}";

    private static KernelLab Lab(params string[] programs) => new(builder =>
    {
        foreach (string program in programs)
        {
            builder.Allow($"{Address} exe={program}");
        }
    });
}
