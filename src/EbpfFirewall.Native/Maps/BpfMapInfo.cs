namespace EbpfFirewall.Native;

/// <summary>What the kernel says about a map.</summary>
/// <param name="Id">Id, unique while the system runs.</param>
/// <param name="Type">Type.</param>
/// <param name="Name">The kernel's name: at most 15 characters.</param>
/// <param name="KeySize">Bytes of a key.</param>
/// <param name="ValueSize">Bytes of a value; of one CPU's value in per-CPU maps.</param>
/// <param name="MaxEntries">Capacity.</param>
/// <param name="Flags">Flags.</param>
/// <param name="BtfId">Id of the type information, 0 when there is none.</param>
public sealed record BpfMapInfo(
    uint Id, BpfMapType Type, string Name, int KeySize, int ValueSize, uint MaxEntries, BpfMapFlags Flags, uint BtfId)
{
    /// <summary>Bytes of memory that the kernel accounts for it; an estimate that grows with the elements where they come one by one.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Read-only for user space, see <see cref="BpfMap.Freeze"/>.</summary>
    public bool IsFrozen { get; init; }
}
