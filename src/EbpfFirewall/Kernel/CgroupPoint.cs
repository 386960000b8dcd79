using EbpfFirewall.Native;
using EbpfFirewall.Sandboxes;

namespace EbpfFirewall.Kernel;

/// <summary>A cgroup: shared programs on every hook but one, which has the attachment's own.</summary>
internal sealed class CgroupPoint(string path) : IAttachPoint
{
    private readonly List<(string Program, BpfLink Link)> _links = [];

    public bool UsesEgress => true;

    /// <summary>The cgroup's id, once attached.</summary>
    public ulong CgroupId { get; private set; }

    public void Attach(KernelEngine engine, KernelSlot slot, PinFolder pins)
    {
        using Cgroup cgroup = Cgroup.Open(path);
        CgroupId = cgroup.Id;
        foreach ((string program, BpfAttachType attachType) in CgroupHooks.All)
        {
            BpfLink link = ProgramOf(program, slot.Bank, slot.Egress!).AttachToCgroup(cgroup, attachType);
            _links.Add((program, link));
            link.Pin(pins.PathOf($"link_{program}"));
            if (_links.Count == 1)
            {
                // The first hook makes the place where all of them find their number.
                engine.SetNumber(CgroupId, slot.Number);
            }
        }
    }

    public void MoveTo(PolicyBank bank, uint number)
    {
        using EgressProgram egress = bank.LoadEgress(number);
        foreach ((string program, BpfLink link) in _links)
        {
            link.Update(ProgramOf(program, bank, egress));
        }
    }

    public void Dispose()
    {
        foreach ((_, BpfLink link) in _links)
        {
            link.Dispose();
        }
    }

    private static BpfProgram ProgramOf(string name, PolicyBank bank, EgressProgram egress) =>
        name == CgroupHooks.Egress ? egress.Program : bank.Program(name);
}
