using EbpfFirewall.Kernel;
using EbpfFirewall.Native;
using EbpfFirewall.Sandboxes;

namespace EbpfFirewall.Tests.Support;

/// <summary>Fails to go over to another bank when all hooks have, as often as it is told to.</summary>
internal sealed class StubbornPoint(IAttachPoint point) : IAttachPoint
{
    internal int MovesThatFail { get; set; }

    public bool UsesEgress => point.UsesEgress;

    public void Attach(KernelEngine engine, KernelSlot slot, PinFolder pins) => point.Attach(engine, slot, pins);

    public void MoveTo(PolicyBank bank, uint number)
    {
        point.MoveTo(bank, number);
        if (MovesThatFail > 0)
        {
            MovesThatFail--;
            BpfMap.OpenById(uint.MaxValue).Dispose(); // the kernel refuses
        }
    }

    public void Dispose() => point.Dispose();
}
