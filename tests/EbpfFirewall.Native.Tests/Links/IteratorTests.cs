using System.Runtime.InteropServices;
using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Links;

public sealed class IteratorTests
{
    [KernelFact]
    public void An_iterator_visits_every_kernel_object_of_its_kind()
    {
        using BpfMap map = BpfMap.Create(new BpfMapSpec("visited", BpfMapType.Array, 4, 4, 1));
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("iter"));
        using BpfLink link = loaded.Programs["list_maps"].AttachIterator();

        uint[] first = Run(link);
        uint[] second = Run(link);

        link.GetInfo().Type.Should().Be(BpfLinkType.Iterator);
        first.Should().Contain(map.GetInfo().Id);
        second.Should().Contain(map.GetInfo().Id);
    }

    private static uint[] Run(BpfLink link) => MemoryMarshal.Cast<byte, uint>(link.RunIterator()).ToArray();
}
