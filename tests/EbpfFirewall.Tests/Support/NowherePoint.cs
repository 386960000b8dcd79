using EbpfFirewall.Kernel;
using EbpfFirewall.Native;
using EbpfFirewall.Sandboxes;

namespace EbpfFirewall.Tests.Support;

/// <summary>Fails once it has been attached everywhere.</summary>
internal sealed class NowherePoint(IAttachPoint point) : IAttachPoint
{
    public bool UsesEgress => point.UsesEgress;

    public void Attach(KernelEngine engine, KernelSlot slot, PinFolder pins)
    {
        point.Attach(engine, slot, pins);
        BpfMap.OpenById(uint.MaxValue).Dispose(); // the kernel refuses
    }

    public void MoveTo(PolicyBank bank, uint number) => point.MoveTo(bank, number);

    public void Dispose() => point.Dispose();
}
