using EbpfFirewall.Launcher.Tests.Harness;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Launcher.Tests;

/// <summary>What is mounted for the program, and what an odd mount table does to the launcher.</summary>
public sealed class MountTests : IDisposable
{
    private readonly TestCgroup _cgroup = new();

    public void Dispose() => _cgroup.Dispose();

    [KernelFact]
    public async Task The_program_has_a_mount_namespace_of_its_own()
    {
        SandboxResult result = await new Sandbox(_cgroup).RunAsync("readlink", "/proc/self/ns/mnt");

        result.ShouldHaveRun();
        result.Text.Trim().Should().NotBe(File.ResolveLinkTarget("/proc/self/ns/mnt", false)!.Name);
    }

    [KernelFact]
    public async Task No_mount_of_the_program_is_shared_with_the_host()
    {
        SandboxResult result = await new Sandbox(_cgroup).AfterMounting("mount --make-rshared /").RunAsync("cat", "/proc/self/mountinfo");

        result.ShouldHaveRun();
        result.Text.Should().NotContain(" shared:").And.NotContain(" master:");
    }

    [KernelFact]
    public async Task Control_file_systems_are_read_only_and_keep_their_other_flags()
    {
        Sandbox sandbox = new Sandbox(_cgroup).AfterMounting(
            """
            mount -t tmpfs x /mnt; cd /mnt; mkdir a b c
            mount -t sysfs -o nosuid,nodev,noexec,noatime x a
            mount -t cgroup -o none,name=efwtest,nosuid,nodev,noexec x b
            mount -t proc -o nosuid,nodev,noexec x c
            """);

        SandboxResult result = await sandbox.ShellAsync("cat /proc/self/mountinfo; touch /mnt/b/x /sys/x");

        result.Lines.Should().Contain(line => line.Contains(" /mnt/a ro,nosuid,nodev,noexec,noatime ", StringComparison.Ordinal));
        result.Lines.Should().Contain(line => line.Contains(" /mnt/b ro,nosuid,nodev,noexec,relatime ", StringComparison.Ordinal));
        result.Lines.Should().Contain(line => line.Contains(" /sys /mnt/c/sys ro,nosuid,nodev,noexec,relatime ", StringComparison.Ordinal));
        result.Lines.Where(line => line.Contains(" - cgroup ", StringComparison.Ordinal)).Should()
            .OnlyContain(line => line.Split(' ')[5].StartsWith("ro,", StringComparison.Ordinal));
        result.Error.Should().Contain("/mnt/b/x").And.Contain("/sys/x").And.Contain("Read-only file system");
    }

    [KernelTheory]
    [InlineData("bpf")]
    [InlineData("debugfs")]
    [InlineData("tracefs")]
    public async Task A_mount_that_gives_hold_of_the_kernel_is_covered_wherever_it_is(string type)
    {
        Sandbox sandbox = new Sandbox(_cgroup).AfterMounting(
            $"""
            mount -t tmpfs x /mnt; cd /mnt; mkdir once twice part
            mount -t {type} x once
            mount -t {type} x twice
            mount -t tmpfs between twice
            mount -t {type} y twice
            test {type} != bpf || mkdir once/efw twice/efw
            mount --bind "$(find once/ -mindepth 1 -maxdepth 1 -type d | head -n 1)" part
            touch file
            test {type} = bpf || mount --bind "$(find once/ -mindepth 1 -maxdepth 1 -type f | head -n 1)" file
            """);

        SandboxResult result = await sandbox.ShellAsync(
            $"""
            for place in once twice part; do
                find /mnt/$place -mindepth 1
                touch /mnt/$place/x 2>/dev/null && echo "$place: writable"
                stat -f -c '%T' /mnt/$place
            done
            grep -c ' /mnt/file ' /proc/self/mountinfo
            """);

        result.Gaps.Should().NotBeNull("{0} {1}", result.Failure, result.Error);
        result.Lines.Should().Equal("tmpfs", "tmpfs", "tmpfs", "0");
    }

    [KernelFact]
    public async Task The_program_still_reads_its_own_limits()
    {
        await Shell.RunAsync("echo 77 > \"$1/cgroup.max.depth\"", _cgroup.FullPath);

        SandboxResult result = await new Sandbox(_cgroup).RunAsync("cat", TestCgroup.MountPoint + "/cgroup.max.depth");

        result.ShouldHaveRun();
        result.Text.Should().Be("77\n");
    }

    [KernelFact]
    public async Task A_mount_table_of_hundreds_of_lines_is_read_to_its_end()
    {
        Sandbox sandbox = new Sandbox(_cgroup).AfterMounting(
            """
            mount -t tmpfs x /mnt; cd /mnt
            long=$(printf 'l%.0s' $(seq 200))
            for i in $(seq 300); do mkdir "$long$i"; mount --bind "$long$i" "$long$i"; done
            mkdir last; mount -t cgroup2 x last
            """);

        SandboxResult result = await sandbox.ShellAsync(
            "wc -l </proc/self/mountinfo; wc -c </proc/self/mountinfo; ls /mnt/last | grep -c efw; grep -cx $$ /mnt/last/cgroup.procs");

        int[] counts = Array.ConvertAll(result.Lines, line => int.Parse(line, System.Globalization.CultureInfo.InvariantCulture));
        counts[0].Should().BeGreaterThan(300);
        counts[1].Should().BeGreaterThan(64 * 1024, "the first buffer must have been too small");
        counts[2..].Should().Equal(0, 1);
    }

    [KernelFact]
    public async Task A_file_laid_over_the_mount_table_is_refused()
    {
        Sandbox sandbox = new Sandbox(_cgroup).AfterMounting("mount --bind /etc/passwd /proc/$$/mountinfo");

        (await sandbox.RunAsync("true")).ShouldHaveFailed(LauncherStage.MountTable, Errno.EINVAL);
    }

    [KernelFact]
    public async Task A_mount_table_that_cannot_be_understood_is_refused()
    {
        Sandbox sandbox = new Sandbox(_cgroup).AfterMounting("mount --bind /proc/version /proc/$$/mountinfo");

        (await sandbox.RunAsync("true")).ShouldHaveFailed(LauncherStage.MountTable, Errno.EPROTO);
    }

    [KernelFact]
    public async Task A_mount_table_that_hides_the_cgroup_mount_is_noticed()
    {
        // A file of procfs that is empty for a process without children.
        Sandbox sandbox = new Sandbox(_cgroup).AfterMounting("mount --bind /proc/$$/task/$$/children /proc/$$/mountinfo");

        (await sandbox.RunAsync("true")).ShouldHaveFailed(LauncherStage.MountVerify, Errno.EPERM);
    }

    [KernelFact]
    public async Task A_root_that_cannot_be_made_private_is_refused()
    {
        Sandbox sandbox = new Sandbox(_cgroup).AfterMounting(
            $"""
            mount -t tmpfs x /mnt; mkdir -p /mnt/root/proc /mnt/root/dev /mnt/root{_cgroup.FullPath}
            mount --rbind /proc /mnt/root/proc; mount --rbind /dev /mnt/root/dev
            mount --bind '{_cgroup.FullPath}' '/mnt/root{_cgroup.FullPath}'
            cp "$1" /mnt/root/launcher
            shift; set -- chroot /mnt/root /launcher "$@"
            """);

        (await sandbox.RunAsync("true")).ShouldHaveFailed(LauncherStage.MountPrivate, Errno.EINVAL);
    }

    [KernelFact]
    public async Task A_working_directory_inside_a_covered_mount_is_left_with_it()
    {
        Sandbox sandbox = new Sandbox(_cgroup).AfterMounting("mount -t bpf x /mnt; mkdir /mnt/pins; cd /mnt");

        SandboxResult result = await sandbox.ShellAsync("pwd; ls -A; rmdir pins 2>&1");

        result.Lines.Should().Equal("/mnt", "rmdir: failed to remove 'pins': Read-only file system");
    }

    [KernelTheory]
    [InlineData("mount -t bpf x /mnt; mkdir /mnt/pins; cd /mnt/pins")]
    [InlineData("mount -t tmpfs x /mnt; mkdir /mnt/gone; cd /mnt/gone; rmdir /mnt/gone")]
    [InlineData("mount -t tmpfs x /mnt; cd /mnt; umount -l /mnt")]
    public async Task A_working_directory_that_its_path_does_not_lead_to_is_refused(string snippet)
    {
        (await new Sandbox(_cgroup).AfterMounting(snippet).RunAsync("true")).ShouldHaveFailed(LauncherStage.WorkingDirectory, Errno.ENOENT);
    }

    [KernelFact]
    public async Task A_working_directory_that_only_root_may_enter_stays()
    {
        Sandbox sandbox = (new Sandbox(_cgroup) { Uid = Sandbox.OtherUid }).AfterMounting(
            "mount -t tmpfs x /mnt; mkdir -m 700 -p /mnt/closed/inner; cd /mnt/closed/inner");

        SandboxResult result = await sandbox.RunAsync("readlink", "/proc/self/cwd");

        result.ShouldHaveRun();
        result.Text.Should().Be("/mnt/closed/inner\n");
    }
}
