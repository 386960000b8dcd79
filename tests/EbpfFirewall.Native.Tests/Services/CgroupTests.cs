using System.Diagnostics;
using EbpfFirewall.Native.Files;
using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Services;

public sealed class CgroupTests
{
    [Fact]
    public void The_mount_is_found_on_hybrid_hosts_and_behind_escapes()
    {
        List<MountEntry> mounts = MountTable.Parse(
        [
            "31 25 0:26 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755",
            "40 31 0:35 / /sys/fs/cgroup/cpu rw,relatime shared:2 - cgroup cgroup rw,cpu",
            @"50 25 0:40 /part /mnt/a\040part rw - cgroup2 none rw",
            "41 31 0:36 / /sys/fs/cgroup/unified rw,relatime shared:9 master:1 - cgroup2 cgroup2 rw",
            "broken line",
        ]);

        mounts.Should().HaveCount(4);
        mounts[2].Should().Be(new MountEntry("/part", "/mnt/a part", "cgroup2"));
        Cgroup2.FindIn(mounts, static _ => true).Should().Be("/sys/fs/cgroup/unified");
        Cgroup2.FindIn(mounts, static p => p != "/sys/fs/cgroup/unified").Should().Be("/mnt/a part");
        Cgroup2.FindIn([], static _ => true).Should().BeNull();
        MountTable.Unescape(@"\134x\011\303\244\9").Should().Be("\\x\tä\\9");
    }

    [KernelFact]
    public void The_id_is_the_inode_number_of_the_directory()
    {
        using TestCgroup test = new("id");
        using Process stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%i", test.Cgroup.Path]) { RedirectStandardOutput = true })!;

        test.Cgroup.Id.Should().Be(ulong.Parse(stat.StandardOutput.ReadToEnd(), System.Globalization.CultureInfo.InvariantCulture));
    }

    [KernelFact]
    public void Processes_are_listed_and_killed_with_those_of_descendants()
    {
        using TestCgroup test = new("kill");
        using Cgroup child = Cgroup.Create(test.Cgroup.Path + "/child");
        using Process first = Process.Start("sleep", "1000");
        using Process second = Process.Start("sleep", "1000");
        test.Cgroup.Add(first.Id);
        child.Add(second.Id);

        test.Cgroup.ListProcesses().Should().BeEquivalentTo([first.Id, second.Id]);
        test.Cgroup.ListProcesses(recursive: false).Should().Equal(first.Id);
        test.Cgroup.TryRemove().Should().BeFalse();
        Cgroup2.FindPathOf(second.Id).Should().EndWith("-kill/child");
        using (Cgroup own = Cgroup.OpenOfProcess(second.Id))
        {
            own.Id.Should().Be(child.Id);
        }

        test.Cgroup.Kill();
        first.WaitForExit();
        second.WaitForExit();

        first.ExitCode.Should().Be(137);
        SpinWait.SpinUntil(() => !test.Cgroup.IsPopulated, TimeSpan.FromSeconds(10)).Should().BeTrue();
    }

    [KernelFact]
    public void What_is_no_cgroup_is_refused()
    {
        FluentActions.Invoking(static () => Cgroup.Open("/tmp")).Should().Throw<ArgumentException>().WithMessage("*cgroup2*");
        FluentActions.Invoking(static () => Cgroup.Open("/no/such/place")).Should().Throw<BpfException>().Which.Error.Should().Be(Errno.ENOENT);
        Cgroup2.FindPathOf(int.MaxValue).Should().BeNull();
    }
}
