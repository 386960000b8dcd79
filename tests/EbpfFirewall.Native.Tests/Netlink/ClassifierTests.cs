using EbpfFirewall.Native.Netlink;
using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Netlink;

public sealed class ClassifierTests
{
    [KernelFact]
    public void A_filter_is_set_replaced_listed_and_removed()
    {
        using TestNetwork network = new();
        using BpfObject loaded = Load("drop");
        BpfProgram drop = loaded.Programs["drop"];
        using BpfObject other = Load("drop");

        bool prepared = network.Run(static () => Classifiers.Prepare(1));
        bool preparedAgain = network.Run(static () => Classifiers.Prepare(1));
        Set(network, drop);
        network.Send();
        ulong seen = loaded.Variables["hits"].Get<ulong>();
        IReadOnlyList<ClassifierFilter> first = List(network);
        Set(network, other.Programs["drop"]);
        network.Send();
        IReadOnlyList<ClassifierFilter> second = List(network);

        (prepared, preparedAgain).Should().Be((true, false));
        seen.Should().BePositive();
        first.Should().Equal(new ClassifierFilter("drop", drop.Id, 7, 3, true));
        second.Should().Equal(new ClassifierFilter("drop", other.Programs["drop"].Id, 7, 3, true));
        other.Variables["hits"].Get<ulong>().Should().BePositive();
        loaded.Variables["hits"].Get<ulong>().Should().Be(seen, "it was replaced");
        network.Run(static () => Classifiers.Remove(1, TrafficDirection.Egress, 7, 3)).Should().BeTrue();
        network.Run(static () => Classifiers.Remove(1, TrafficDirection.Egress, 7, 3)).Should().BeFalse();
        List(network).Should().BeEmpty();
        network.Run(static () => Classifiers.Clear(1)).Should().BeTrue();
        network.Run(static () => Classifiers.Clear(1)).Should().BeFalse();
    }

    [KernelFact]
    public void Many_filters_are_listed_whole()
    {
        // More than one message of the kernel holds.
        const int Count = 200;
        using TestNetwork network = new();
        using BpfObject loaded = Load("drop");
        network.Run(static () => Classifiers.Prepare(1));

        network.Run(() =>
        {
            for (uint handle = 1; handle <= Count; handle++)
            {
                Classifiers.Set(loaded.Programs["drop"], 1, TrafficDirection.Ingress, 1, handle);
            }

            return 0;
        });

        network.Run(static () => Classifiers.List(1, TrafficDirection.Ingress)).Select(static f => f.Handle)
            .Should().BeEquivalentTo(Enumerable.Range(1, Count).Select(static i => (uint)i));
        network.Run(static () => Classifiers.List(1, TrafficDirection.Egress)).Should().BeEmpty();
    }

    [KernelFact]
    public void A_refusal_carries_the_words_of_the_kernel()
    {
        using TestNetwork network = new();
        using BpfObject loaded = Load("drop");

        Action withoutQdisc = () => network.Run(() =>
        {
            Classifiers.Set(loaded.Programs["drop"], 1, TrafficDirection.Egress);
            return 0;
        });
        Action withoutInterface = () => network.Run(static () => Classifiers.Prepare(12345));

        withoutQdisc.Should().Throw<BpfException>().WithMessage("*The kernel says: *qdisc*");
        withoutInterface.Should().Throw<BpfException>().Which.Error.Should().Be(Errno.ENODEV);
    }

    [Fact]
    public void Attributes_that_lie_about_their_length_end_the_parse()
    {
        byte[] whole = new NetlinkMessage(1, 0).Attribute(5, "ab").Attribute(6, 7u).Finish(1)[NetlinkMessage.HeaderSize..];

        NetlinkMessage.ParseAttributes(whole).Keys.Should().Equal(5, 6);
        for (int cut = 0; cut < whole.Length; cut++)
        {
            NetlinkMessage.ParseAttributes(whole.AsSpan(0, cut)).Count.Should().BeLessThan(2);
        }

        whole[0] = 255;
        NetlinkMessage.ParseAttributes(whole).Should().BeEmpty();
    }

    private static void Set(TestNetwork network, BpfProgram program) => network.Run(() =>
    {
        Classifiers.Set(program, 1, TrafficDirection.Egress, 7, 3);
        return 0;
    });

    private static IReadOnlyList<ClassifierFilter> List(TestNetwork network) => network.Run(static () => Classifiers.List(1, TrafficDirection.Egress));

    private static BpfObject Load(string program) => TestObject.Load("links", program);
}
