using EbpfFirewall.Cli.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Cli.Tests;

[Collection(nameof(AloneCollection))]
public sealed class CleanupTests
{
    // A host of its own: a cgroup that stands for the root of all, and a BPF file system without pins.
    private const string OwnHost = """
        mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
        own=$mount/test-cleanup-$$
        mkdir "$own"
        trap 'rmdir "$own"' EXIT
        sh -ec 'echo $$ > "$0/cgroup.procs"; exec unshare --cgroup --mount sh -ec '\''
            umount "$0"
            mount -t cgroup2 none "$0"
            mount -t bpf bpf /sys/fs/bpf
            exec "$@"'\'' "$@"' "$own" "$mount" "$@"
        """;

    [KernelFact]
    public async Task With_nothing_to_remove_it_says_so_and_ends_with_0()
    {
        Result result = await Efw.RunAsync(Efw.Behind(OwnHost, "cleanup"));

        result.Should().Be(new Result(0, "nothing to remove\n", ""));
    }

    [KernelFact]
    public async Task It_says_what_it_has_removed()
    {
        Result result = await Efw.RunAsync(Efw.Behind(
            OwnHost.Replace("exec \"$@\"", "mkdir \"$0/efw-1-1-1\" /sys/fs/bpf/efw /sys/fs/bpf/efw/efw-1-1-2; exec \"$@\"", StringComparison.Ordinal), "cleanup"));

        result.ExitCode.Should().Be(0, result.Error);
        result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().BeEquivalentTo("removed efw-1-1-1", "removed efw-1-1-2");
    }

    [KernelFact]
    public async Task It_takes_no_arguments()
    {
        Result result = await Efw.RunAsync(Efw.Behind(OwnHost, "cleanup", "everything"));

        result.ExitCode.Should().Be(125);
        result.Error.Should().Contain("everything");
    }
}
