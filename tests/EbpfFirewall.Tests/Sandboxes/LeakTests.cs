using EbpfFirewall.Kernel;
using EbpfFirewall.Native;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Sandboxes;

[Collection(nameof(AloneCollection))]
public sealed class LeakTests
{
    private const int Rounds = 30;

    [KernelFact]
    public async Task Sandboxes_that_are_gone_leave_no_link_map_pin_cgroup_descriptor_thread_or_process()
    {
        await RoundAsync([], []); // what is made once: the launcher's image and its thread
        var links = new List<uint>();
        var maps = new List<uint>();
        int descriptors = OwnProcess.Descriptors();
        int openLinks = BpfLink.OpenCount;

        for (int i = 0; i < Rounds; i++)
        {
            await RoundAsync(links, maps);
        }

        links.Should().HaveCount(Rounds * CgroupHooks.All.Length);
        maps.Should().HaveCount(2 * Rounds, "those that must not be emptied while links live");
        BpfLink.OpenCount.Should().Be(openLinks);
        OwnProcess.Eventually(() => !BpfLink.ListIds().Intersect(links).Any()).Should().BeTrue("no link is left");
        OwnProcess.Eventually(() => !BpfMap.ListIds().Intersect(maps).Any()).Should().BeTrue("no map is left");
        OwnProcess.Eventually(() => OwnProcess.Descriptors() <= descriptors).Should().BeTrue($"there were {descriptors} descriptors, and now there are {OwnProcess.Descriptors()}");
        OwnProcess.Eventually(() => !OwnProcess.ThreadNames().Any(name => name.StartsWith("efw events", StringComparison.Ordinal))).Should().BeTrue("no reader is left");
        OwnProcess.Eventually(() => OwnProcess.ChildCount() == 0).Should().BeTrue("no process is left");
    }

    private static async Task RoundAsync(List<uint> links, List<uint> maps)
    {
        string cgroup;
        string pins;
        await using (Lab lab = await Lab.StartAsync(builder => builder.Allow("192.0.2.1")))
        {
            cgroup = lab.Sandbox.CgroupPath;
            pins = Path.Combine(BpfFileSystem.Find()!, "efw", Path.GetFileName(cgroup));
            foreach (string pin in Directory.GetFiles(pins))
            {
                if (Path.GetFileName(pin).StartsWith("link_", StringComparison.Ordinal))
                {
                    using BpfLink link = BpfLink.OpenPinned(pin);
                    links.Add(link.GetInfo().Id);
                }
                else
                {
                    using BpfMap map = BpfMap.OpenPinned(pin);
                    maps.Add(map.GetInfo().Id);
                }
            }

            (await lab.ProbeAsync("tcp 4 192.0.2.99 80")).Should().Equal("EPERM");
        }

        Directory.Exists(cgroup).Should().BeFalse();
        Directory.Exists(pins).Should().BeFalse();
    }
}
