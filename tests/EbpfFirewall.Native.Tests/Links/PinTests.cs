using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Links;

public sealed class PinTests
{
    [KernelFact]
    public void A_pinned_link_keeps_its_program_attached_until_it_is_unpinned()
    {
        using TestBpfFolder folder = new("link-pin");
        using TestCgroup cgroup = new("pin");
        uint linkId;
        uint programId;
        using (BpfObject loaded = BpfObject.Load(TestObject.Parse("connect")))
        {
            using BpfLink link = loaded.Programs["on_connect"].AttachToCgroup(cgroup.Cgroup);
            link.Pin(folder["link"]);
            loaded.Programs["on_connect"].Pin(folder["program"]);
            linkId = link.GetInfo().Id;
            programId = loaded.Programs["on_connect"].Id;
        }

        using BpfLink again = BpfLink.OpenPinned(folder["link"]);
        using BpfProgram program = BpfProgram.OpenPinned(folder["program"]);
        BpfLinkInfo info = again.GetInfo();
        AttachedTo(cgroup).Should().Equal(programId);

        info.Id.Should().Be(linkId);
        info.ProgramId.Should().Be(programId);
        info.CgroupId.Should().Be(cgroup.Cgroup.Id);
        program.Name.Should().Be("on_connect");
        program.GetInfo().Tag.Should().Be(BpfTool.Run("prog", "show", "id", $"{programId}").GetProperty("tag").GetString());
        BpfLink.ListIds().Should().Contain(linkId);
        BpfProgram.ListIds().Should().Contain(programId);

        BpfFileSystem.Unpin(folder["link"]);
        again.Dispose();

        // Old kernels (5.10) detach a moment after the last descriptor was closed.
        SpinWait.SpinUntil(() => AttachedTo(cgroup).Length == 0, TimeSpan.FromSeconds(10)).Should().BeTrue("nothing holds it any more");
    }

    [KernelFact]
    public void A_pin_of_another_kind_is_refused()
    {
        using TestBpfFolder folder = new("kind");
        using BpfMap map = BpfMap.Create(new BpfMapSpec("kind", BpfMapType.Array, 4, 4, 1));
        map.Pin(folder["map"]);

        FluentActions.Invoking(() => BpfProgram.OpenPinned(folder["map"])).Should().Throw<BpfException>();
        FluentActions.Invoking(() => BpfLink.OpenPinned(folder["map"])).Should().Throw<BpfException>();
    }

    [KernelFact]
    public void Links_are_counted_until_they_are_disposed()
    {
        using TestCgroup cgroup = new("count");
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("connect"));
        BpfLink link = loaded.Programs["on_connect"].AttachToCgroup(cgroup.Cgroup);

        BpfLink.OpenCount.Should().BeGreaterThan(0);
        link.Dispose();
        link.Dispose();

        link.Invoking(static l => l.GetInfo()).Should().Throw<ObjectDisposedException>();
    }

    [KernelFact]
    public void Only_folders_of_the_BPF_file_system_are_removed_as_trees()
    {
        FluentActions.Invoking(static () => BpfFileSystem.RemoveTree("/tmp")).Should().Throw<ArgumentException>();
        BpfFileSystem.SafeName("a.b/c").Should().Be("a_b_c");
    }

    private static uint[] AttachedTo(TestCgroup cgroup) =>
        [.. BpfAttachments.OfCgroup(cgroup.Cgroup, BpfAttachType.CgroupInet4Connect).Programs.Select(static p => p.ProgramId)];
}
