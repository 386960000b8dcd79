using System.Diagnostics;
using EbpfFirewall.Launcher.Tests.Harness;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Launcher.Tests;

/// <summary>
/// Ways out of the cgroup, tried by a uid 0 without capabilities and by an ordinary user. The oracle is the kernel's
/// record, read from outside: every process of the attempt is still in the sandbox's cgroup or below it. Namespaces
/// are allowed here, so that what lies behind the system call filter is what is tried.
/// </summary>
public sealed class EscapeTests : IDisposable
{
    private readonly TestCgroup _cgroup = new();
    private readonly string _scratch = Directory.CreateTempSubdirectory("efw-escape-").FullName;

    /// <summary>The attempt, and which of its steps the kernel allows although nothing escapes.</summary>
    public static TheoryData<string, int, string> Attempts => new()
    {
        // Joining the cgroup one is in already.
        { "write_directly", 0, "mount point clone3" },
        { "write_directly", Sandbox.OtherUid, "" },
        { "write_through_other_process", 0, "" },
        { "write_through_other_process", Sandbox.OtherUid, "" },
        { "remount", 0, "mount point clone3" },
        { "remount", Sandbox.OtherUid, "" },
        // A bind mount of what is visible shows no more, and stays read-only.
        { "remount_in_user_namespace", 0, "mount point clone3|bind elsewhere|bind clone3|bind tree|tree clone3" },
        { "remount_in_user_namespace", Sandbox.OtherUid, "bind elsewhere|bind tree" },
        { "mount_cgroup2", 0, "" },
        { "mount_cgroup2", Sandbox.OtherUid, "" },
        // A writable view that begins at the own cgroup: cgroups below it, which inherit its programs.
        {
            "mount_cgroup2_in_cgroup_namespace", 0,
            "mount|new cgroup|own cgroup.procs|own cgroup.threads|own clone3|inner cgroup.procs|inner cgroup.threads|inner clone3"
        },
        { "mount_cgroup2_in_cgroup_namespace", Sandbox.OtherUid, "mount" },
        { "open_by_handle", 0, "" },
        { "open_by_handle", Sandbox.OtherUid, "" },
        { "enter_namespaces", 0, "" },
        { "enter_namespaces", Sandbox.OtherUid, "" },
        { "run_kernel_helper", 0, "" },
        { "run_kernel_helper", Sandbox.OtherUid, "" },
        { "trace_starter", 0, "" },
        { "trace_starter", Sandbox.OtherUid, "" },
        { "regain_privilege", 0, "" },
        { "regain_privilege", Sandbox.OtherUid, "" },
    };

    public EscapeTests() =>
        File.SetUnixFileMode(_scratch, (UnixFileMode)0b111_111_111);

    public void Dispose()
    {
        _cgroup.Dispose();
        Directory.Delete(_scratch, recursive: true);
    }

    [KernelTheory, MemberData(nameof(Attempts))]
    public async Task An_attempt_to_leave_the_cgroup_ends_inside_it(string attempt, int uid, string allowed)
    {
        var sandbox = new Sandbox(_cgroup) { Uid = uid, WorkingDirectory = _scratch, Allow = "namespaces" };
        using RunningSandbox running = sandbox.Start(Attempt.Command(attempt, _cgroup, Environment.ProcessId));

        Attempt result = await Attempt.ReadAsync(running);

        result.Pids.Should().OnlyContain(pid => _cgroup.Governs(pid), "nothing may leave; answers: {0}", string.Join(", ", result.Answers));
        result.Allowed.Should().BeEquivalentTo(allowed.Split('|', StringSplitOptions.RemoveEmptyEntries));
        (await running.WaitAsync()).ShouldHaveRun();
    }

    /// <summary>The tests above would prove nothing if the probe could not do its work.</summary>
    [KernelTheory]
    [InlineData("write_directly", "mount point cgroup.procs")]
    [InlineData("write_directly", "mount point clone3")]
    [InlineData("mount_cgroup2", "without namespaces")]
    [InlineData("open_by_handle", "as it is")]
    [InlineData("run_kernel_helper", "/proc/sys/kernel/core_pattern")]
    public async Task Without_the_launcher_the_same_attempt_succeeds(string attempt, string step)
    {
        Sandbox unprotected = (new Sandbox(_cgroup) { Launcher = "env", WorkingDirectory = _scratch })
            .Editing(_ => [])
            .AfterMounting($"echo $$ >'{_cgroup.FullPath}/cgroup.procs'");
        using RunningSandbox running = unprotected.Start(Attempt.Command(attempt, _cgroup, Environment.ProcessId));

        Attempt result = await Attempt.ReadAsync(running);

        result.Allowed.Should().Contain(step);
        await running.WaitAsync();
    }

    [KernelFact]
    public async Task A_second_cgroup2_mount_shows_only_the_own_cgroup()
    {
        Sandbox sandbox = new Sandbox(_cgroup).AfterMounting(
            """
            mount -t tmpfs x /mnt
            cd /mnt
            mkdir 'with space' 'back\slash' below
            touch file
            mount -t cgroup2 x 'with space'
            mount -t cgroup2 x 'back\slash'
            mount -t cgroup2 lower below
            mount -t tmpfs between below
            mount -t cgroup2 upper below
            mount --bind below/cgroup.procs file
            """);

        SandboxResult result = await sandbox.ShellAsync(
            """
            for view in 'with space' 'back\slash' below; do
                test -e "$view/cgroup.procs" || echo "$view: not the own cgroup"
                grep -qx $$ "$view/cgroup.procs" || echo "$view: not a member"
                echo $$ 2>/dev/null >"$view/cgroup.procs" && echo "$view: written"
                ls "$view" | grep efw && echo "$view: shows others"
            done
            test -s file && echo "file: readable"
            echo done
            """);

        result.ShouldHaveRun();
        result.Lines.Should().Equal("done");
    }

    [KernelFact]
    public async Task A_mount_made_outside_later_does_not_appear_inside()
    {
        string list = $"echo ready; read line; ls '{_scratch}/below'";
        await Shell.RunAsync($"mount -t tmpfs x '{_scratch}'; mount --make-shared '{_scratch}'; mkdir '{_scratch}/below'");
        try
        {
            using RunningSandbox inside = new Sandbox(_cgroup).Start("sh", "-c", list);
            using Process control = Shell.Start($"exec unshare --mount --propagation slave sh -c \"{list}\"");
            (await inside.ReadLineAsync()).Should().Be("ready");
            (await control.StandardOutput.ReadLineAsync()).Should().Be("ready");

            await Shell.RunAsync($"mount -t tmpfs x '{_scratch}/below'; touch '{_scratch}/below/seen'");
            await control.StandardInput.WriteLineAsync();
            await inside.Input.WriteLineAsync();

            (await inside.WaitAsync()).Lines.Should().BeEmpty();
            (await control.StandardOutput.ReadToEndAsync()).Should().Be("seen\n");
        }
        finally
        {
            await Shell.RunAsync($"umount -R '{_scratch}'");
        }
    }
}
