using EbpfFirewall.Launcher.Tests.Harness;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Launcher.Tests;

/// <summary>Who the program is, and what it may still do.</summary>
public sealed class CredentialTests : IDisposable
{
    private const string None = "0000000000000000";
    private readonly TestCgroup _cgroup = new();

    public void Dispose() => _cgroup.Dispose();

    [KernelTheory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(Sandbox.OtherUid)]
    public async Task No_capability_is_left_in_any_set(int? uid)
    {
        SandboxResult result = await (new Sandbox(_cgroup) { Uid = uid }).RunAsync("cat", "/proc/self/status");

        result.ShouldHaveRun();
        foreach (string set in (string[])["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"])
        {
            result.Field(set).Should().Be(None, set);
        }

        result.Field("NoNewPrivs").Should().Be("1");
    }

    [KernelFact]
    public async Task Inheritable_and_ambient_capabilities_of_the_starter_are_dropped()
    {
        var sandbox = new Sandbox(_cgroup) { Before = ["setpriv", "--inh-caps=+net_raw", "--ambient-caps=+net_raw"] };

        SandboxResult result = await sandbox.RunAsync("cat", "/proc/self/status");

        result.Field("CapInh").Should().Be(None);
        result.Field("CapAmb").Should().Be(None);
    }

    [KernelTheory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(Sandbox.OtherUid)]
    public async Task Capabilities_that_are_asked_for_are_in_every_set_and_no_others(int? uid)
    {
        var sandbox = new Sandbox(_cgroup)
        {
            Uid = uid,
            Capabilities = "39,13",
            Before = ["setpriv", "--inh-caps=+net_raw,+net_admin", "--ambient-caps=+net_raw,+net_admin"],
        };

        SandboxResult result = await sandbox.ShellAsync("cat /proc/self/status");

        result.ShouldHaveRun();
        foreach (string set in (string[])["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"])
        {
            result.Field(set).Should().Be("0000008000002000", set);
        }
    }

    [KernelTheory]
    [InlineData("63", Errno.EINVAL)]
    [InlineData("13", Errno.EPERM)]
    internal async Task A_capability_that_the_starter_does_not_hold_is_refused(string capability, Errno error)
    {
        var sandbox = new Sandbox(_cgroup) { Capabilities = capability, Before = ["setpriv", "--bounding-set", "-net_raw"] };

        (await sandbox.RunAsync("true")).ShouldHaveFailed(LauncherStage.KeepCapabilities, error);
    }

    [KernelTheory]
    [InlineData(null, "")]
    [InlineData(Sandbox.OtherUid, "")]
    [InlineData(Sandbox.OtherUid, "13")]
    public async Task Secure_bits_are_locked(int? uid, string capabilities)
    {
        SandboxResult result = await (new Sandbox(_cgroup) { Uid = uid, Capabilities = capabilities }).RunAsync("/usr/sbin/capsh", "--print");

        // noroot, no-setuid-fixup and no-ambient-raise on, keep-caps off; all locked.
        result.Text.Should().Contain("Securebits: 0357/0xef/");
    }

    [KernelTheory]
    [InlineData("", None)]
    [InlineData("13", "0000000000002000")]
    public async Task A_setuid_program_gives_nothing(string capabilities, string held)
    {
        Sandbox sandbox = (new Sandbox(_cgroup) { Uid = Sandbox.OtherUid, Capabilities = capabilities }).AfterMounting(
            "mount -t tmpfs x /mnt; cp /usr/bin/id /mnt/id; chmod 6755 /mnt/id; cp /usr/bin/cat /mnt/cat; setcap cap_net_admin+p /mnt/cat");

        SandboxResult result = await sandbox.ShellAsync("/mnt/id -u; cat /proc/self/status | grep CapPrm; /mnt/cat /proc/self/status | grep CapPrm");

        result.Lines.Should().Equal($"{Sandbox.OtherUid}", $"CapPrm:\t{held}", $"CapPrm:\t{None}");
    }

    [KernelFact]
    public async Task All_three_ids_of_user_and_group_are_set()
    {
        var sandbox = new Sandbox(_cgroup) { Uid = Sandbox.OtherUid, Groups = "7,5,4294967294" };

        SandboxResult result = await sandbox.RunAsync("cat", "/proc/self/status");

        result.Field("Uid").Should().Be("54321 54321 54321 54321");
        result.Field("Gid").Should().Be("54321 54321 54321 54321");
        result.Field("Groups").Should().Be("5 7 4294967294");
    }

    [KernelFact]
    public async Task An_empty_list_of_groups_means_none()
    {
        SandboxResult result = await (new Sandbox(_cgroup) { Uid = Sandbox.OtherUid }).After("true").RunAsync("cat", "/proc/self/status");

        result.Field("Groups").Should().BeEmpty();
    }

    [KernelFact]
    public async Task Without_ids_the_starter_s_stay()
    {
        var sandbox = new Sandbox(_cgroup) { Before = ["setpriv", "--groups", "11,12"] };

        SandboxResult result = await sandbox.RunAsync("cat", "/proc/self/status");

        result.Field("Uid").Should().Be("0 0 0 0");
        result.Field("Groups").Should().Be("11 12");
    }

    [KernelFact]
    public async Task As_many_groups_as_one_argument_holds_are_set()
    {
        // The kernel takes 65,536 of them, and 128 KiB an argument, which is the nearer limit.
        string groups = string.Join(',', Enumerable.Range(0, 21000));

        SandboxResult result = await (new Sandbox(_cgroup) { Uid = Sandbox.OtherUid, Groups = groups }).RunAsync("id", "-G");

        result.ShouldHaveRun();
        result.Text.Split(' ').Should().HaveCountGreaterThanOrEqualTo(21000);
    }

    /// <summary>Each privilege that the launcher needs, taken away: the step that needs it fails, and nothing runs.</summary>
    [KernelTheory]
    [InlineData("-sys_admin", LauncherStage.MountNamespace)]
    [InlineData("-setpcap", LauncherStage.Securebits)]
    [InlineData("-setgid", LauncherStage.Groups)]
    [InlineData("-setuid", LauncherStage.Uid)]
    internal async Task A_missing_privilege_is_an_error_and_never_skipped(string bounding, LauncherStage stage)
    {
        var sandbox = new Sandbox(_cgroup) { Before = ["setpriv", "--bounding-set", bounding], Uid = Sandbox.OtherUid };

        (await sandbox.RunAsync("true")).ShouldHaveFailed(stage, Errno.EPERM);
    }

    [KernelFact]
    public async Task A_user_without_rights_on_the_cgroup_does_not_get_past_it()
    {
        var sandbox = new Sandbox(_cgroup) { Before = ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"] };

        SandboxResult result = await sandbox.RunAsync("true");

        // The pipe is root's, so this one shows on stderr.
        result.ExitCode.Should().Be(125);
        result.Error.Should().Be("efw-launcher: stage 12 errno 13\n");
    }

    [KernelFact]
    public async Task The_program_is_dumpable_for_its_own_user()
    {
        SandboxResult result = await (new Sandbox(_cgroup) { Uid = Sandbox.OtherUid }).RunAsync("stat", "-L", "-c", "%u", "/proc/self");

        result.Text.Should().Be("54321\n");
    }
}
