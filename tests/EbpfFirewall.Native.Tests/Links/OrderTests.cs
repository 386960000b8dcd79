using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Links;

public sealed class OrderTests
{
    [FeatureFact(Link = BpfLinkType.Tcx)]
    public void Programs_of_an_interface_run_in_the_order_that_was_asked_for()
    {
        using TestNetwork network = new();
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("links"));
        using BpfLink one = network.Run(() => loaded.Programs["one"].AttachToInterface(1));
        using BpfLink two = network.Run(() => loaded.Programs["two"].AttachToInterface(1, order: BpfAttachOrder.First));
        BpfAttachments before = network.Run(static () => BpfAttachments.OfInterface(1, BpfAttachType.TcxEgress));
        using BpfLink three = network.Run(() =>
            loaded.Programs["three"].AttachToInterface(1, order: BpfAttachOrder.After(two) with { ExpectedRevision = before.Revision }));
        BpfAttachments after = network.Run(static () => BpfAttachments.OfInterface(1, BpfAttachType.TcxEgress));

        network.Send().Should().BeTrue();

        loaded.Variables["order"].Get<ulong>().ToString(System.Globalization.CultureInfo.InvariantCulture).Should().StartWith("231");
        before.Programs.Select(static p => p.LinkId).Should().Equal(two.GetInfo().Id, one.GetInfo().Id);
        after.Programs.Select(static p => p.ProgramId).Should().Equal(
            loaded.Programs["two"].Id, loaded.Programs["three"].Id, loaded.Programs["one"].Id);
        after.Revision.Should().BeGreaterThan(before.Revision);
        Action stale = () => network.Run(() =>
            loaded.Programs["three"].AttachToInterface(1, BpfAttachType.TcxIngress, BpfAttachOrder.Last with { ExpectedRevision = 1000 }));
        stale.Should().Throw<BpfException>().Which.Error.Should().Be(Errno.ESTALE);
    }

    [KernelFact]
    public void Programs_of_a_cgroup_are_listed_in_order_and_those_of_its_parents_are_in_force()
    {
        using TestCgroup parent = new("order");
        using Cgroup child = Cgroup.Create(Path.Combine(parent.Cgroup.Path, "child"));
        BpfObjectSpec spec = TestObject.Parse("connect");
        spec.Programs["allow_all"].AutoLoad = true;
        using BpfObject loaded = BpfObject.Load(spec);
        BpfProgram first = loaded.Programs["on_connect"];
        BpfProgram second = loaded.Programs["allow_all"];
        using BpfLink above = first.AttachToCgroup(parent.Cgroup);
        using BpfLink below = second.AttachToCgroup(child);

        BpfAttachments.OfCgroup(child, BpfAttachType.CgroupInet4Connect).Programs.Select(static p => p.ProgramId).Should().Equal(second.Id);
        BpfAttachments.OfCgroup(child, BpfAttachType.CgroupInet4Connect, effective: true).Programs.Select(static p => p.ProgramId)
            .Should().BeEquivalentTo([first.Id, second.Id]);
        BpfAttachments.OfCgroup(child, BpfAttachType.CgroupInet6Connect).Programs.Should().BeEmpty();
    }

    [KernelFact]
    public void A_program_without_a_link_stays_until_it_is_detached_and_gives_its_place_to_another_in_one_step()
    {
        using TestCgroup cgroup = new("legacy");
        BpfObjectSpec spec = TestObject.Parse("connect");
        spec.Programs["allow_all"].AutoLoad = true;
        using BpfObject loaded = BpfObject.Load(spec);
        BpfProgram old = loaded.Programs["on_connect"];
        BpfProgram replacement = loaded.Programs["allow_all"];
        uint[] Attached() => [.. BpfAttachments.OfCgroup(cgroup.Cgroup, BpfAttachType.CgroupInet4Connect).Programs.Select(static p => p.ProgramId)];

        old.AttachToCgroupWithoutLink(cgroup.Cgroup);
        uint[] atFirst = Attached();
        replacement.AttachToCgroupWithoutLink(cgroup.Cgroup, replaced: old);
        uint[] then = Attached();

        atFirst.Should().Equal(old.Id);
        then.Should().Equal(replacement.Id);
        old.Invoking(o => o.AttachToCgroupWithoutLink(cgroup.Cgroup, replaced: old)).Should().Throw<BpfException>().Which.Error.Should().Be(Errno.ENOENT);
        replacement.DetachFromCgroup(cgroup.Cgroup);
        Attached().Should().BeEmpty();
        replacement.Invoking(r => r.DetachFromCgroup(cgroup.Cgroup)).Should().Throw<BpfException>().Which.Error.Should().Be(Errno.ENOENT);
    }

    [FeatureFact(Order = BpfLinkType.Cgroup)]
    public void Programs_of_a_cgroup_run_in_the_order_that_was_asked_for()
    {
        using TestCgroup cgroup = new("sequence");
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("cgroup_order"));
        using BpfLink one = loaded.Programs["one"].AttachToCgroup(cgroup.Cgroup);
        using BpfLink two = loaded.Programs["two"].AttachToCgroup(cgroup.Cgroup, order: BpfAttachOrder.First);
        BpfAttachments before = BpfAttachments.OfCgroup(cgroup.Cgroup, BpfAttachType.CgroupInet4Connect);
        using BpfLink three = loaded.Programs["three"].AttachToCgroup(
            cgroup.Cgroup, order: BpfAttachOrder.Before(one) with { ExpectedRevision = before.Revision });

        cgroup.Run("exec 3<>/dev/udp/127.0.0.1/9");

        loaded.Variables["order"].Get<ulong>().Should().Be(231);
        before.Revision.Should().BePositive();
        Action stale = () => loaded.Programs["three"].AttachToCgroup(
            cgroup.Cgroup, BpfAttachType.CgroupInet4Connect, BpfAttachOrder.Last with { ExpectedRevision = before.Revision });
        stale.Should().Throw<BpfException>().Which.Error.Should().Be(Errno.ESTALE);
    }

    [FeatureFact(Order = BpfLinkType.Cgroup)]
    public void Programs_of_a_cgroup_without_links_keep_the_order_that_was_asked_for()
    {
        using TestCgroup cgroup = new("sequence-legacy");
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("cgroup_order"));
        (BpfProgram one, BpfProgram two, BpfProgram three) = (loaded.Programs["one"], loaded.Programs["two"], loaded.Programs["three"]);
        uint[] Attached() => [.. BpfAttachments.OfCgroup(cgroup.Cgroup, BpfAttachType.CgroupInet4Connect).Programs.Select(static p => p.ProgramId)];

        one.AttachToCgroupWithoutLink(cgroup.Cgroup);
        two.AttachToCgroupWithoutLink(cgroup.Cgroup, order: BpfAttachOrder.Before(one));
        uint[] first = Attached();
        three.AttachToCgroupWithoutLink(cgroup.Cgroup, order: BpfAttachOrder.After(two));
        uint[] then = Attached();

        first.Should().Equal(two.Id, one.Id);
        then.Should().Equal(two.Id, three.Id, one.Id);
        Action stale = () => three.AttachToCgroupWithoutLink(cgroup.Cgroup, order: BpfAttachOrder.Last with { ExpectedRevision = 1 });
        stale.Should().Throw<BpfException>().Which.Error.Should().Be(Errno.ESTALE);
    }

    [FeatureFact(Order = BpfLinkType.Tcx)]
    public void Programs_of_an_interface_without_links_keep_their_order_and_places()
    {
        using TestNetwork network = new();
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("links"));
        (BpfProgram one, BpfProgram two, BpfProgram three) = (loaded.Programs["one"], loaded.Programs["two"], loaded.Programs["three"]);
        uint[] Attached() => network.Run(() => BpfAttachments.OfInterface(1, BpfAttachType.TcxEgress).Programs.Select(static p => p.ProgramId).ToArray());
        void Attach(BpfProgram program, BpfProgram? replaced = null, BpfAttachOrder? order = null) => network.Run(() =>
        {
            program.AttachToInterfaceWithoutLink(1, replaced: replaced, order: order);
            return 0;
        });

        Attach(one);
        Attach(two, order: BpfAttachOrder.Before(one));
        uint[] ordered = Attached();
        Attach(three, replaced: two);
        uint[] replaced = Attached();
        network.Send().Should().BeTrue();
        network.Run(() =>
        {
            three.DetachFromInterface(1);
            return 0;
        });

        ordered.Should().Equal(two.Id, one.Id);
        replaced.Should().Equal(three.Id, one.Id);
        loaded.Variables["order"].Get<ulong>().ToString(System.Globalization.CultureInfo.InvariantCulture).Should().StartWith("31");
        Attached().Should().Equal(one.Id);
        Action absent = () => Attach(three, replaced: two);
        absent.Should().Throw<BpfException>().Which.Error.Should().Be(Errno.ENOENT);
    }
}
