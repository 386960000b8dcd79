namespace EbpfFirewall.Native;

/// <summary>A map of an object that is not loaded yet, or a map to create by hand.</summary>
/// <remarks>Not safe for concurrent use; one owner.</remarks>
public sealed class BpfMapSpec
{
    /// <summary>Describes a map.</summary>
    /// <param name="name">Name; the kernel sees its first 15 characters.</param>
    /// <param name="type">Type.</param>
    /// <param name="keySize">Bytes of a key.</param>
    /// <param name="valueSize">Bytes of a value.</param>
    /// <param name="maxEntries">Capacity in elements; for ring buffers in bytes.</param>
    /// <param name="flags">Flags.</param>
    public BpfMapSpec(
        string name, BpfMapType type, int keySize, int valueSize, uint maxEntries, BpfMapFlags flags = BpfMapFlags.None)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfNegative(keySize);
        ArgumentOutOfRangeException.ThrowIfNegative(valueSize);
        Name = name;
        Type = type;
        KeySize = keySize;
        ValueSize = valueSize;
        MaxEntries = maxEntries;
        Flags = flags;
    }

    /// <summary>Name in the object; data sections have the section's name, such as <c>.rodata</c>.</summary>
    public string Name { get; }

    /// <summary>Type.</summary>
    public BpfMapType Type { get; set; }

    /// <summary>Bytes of a key.</summary>
    public int KeySize { get; set; }

    /// <summary>Bytes of a value.</summary>
    public int ValueSize { get; set; }

    /// <summary>Capacity in elements; for ring buffers in bytes, rounded up to a power of two of pages when loaded.</summary>
    public uint MaxEntries { get; set; }

    /// <summary>Flags.</summary>
    public BpfMapFlags Flags { get; set; }

    /// <summary>Preferred NUMA node, with <see cref="BpfMapFlags.NumaNode"/>.</summary>
    public uint NumaNode { get; set; }

    /// <summary>The type-specific <c>map_extra</c>, such as the number of hash functions of a bloom filter.</summary>
    public ulong Extra { get; set; }

    /// <summary>
    /// True when the object asks for a pin under the map's name (<c>LIBBPF_PIN_BY_NAME</c>): it is honoured where
    /// <see cref="BpfLoadOptions.PinDirectory"/> is given.
    /// </summary>
    public bool PinByName { get; set; }

    /// <summary>For maps of maps: what the inner maps look like.</summary>
    public BpfMapSpec? Inner { get; set; }

    /// <summary>Initial bytes of a data section, else empty. They are settable through <see cref="BpfObjectSpec.Variables"/>.</summary>
    public ReadOnlyMemory<byte> InitialData => Data;

    internal byte[]? Data { get; init; }

    /// <summary>Constant data: frozen before the programs are verified, so that the verifier prunes on it.</summary>
    internal bool IsConstantData { get; init; }

    /// <summary>What a map of type <see cref="BpfMapType.StructOps"/> registers.</summary>
    internal StructOps.StructOpsDefinition? StructOps { get; init; }

    /// <summary>Of an arena: what the object's variables in it start with.</summary>
    internal byte[]? ArenaData { get; set; }

    internal int BtfKeyTypeId { get; set; }

    internal int BtfValueTypeId { get; set; }

    /// <summary>Slots that the object fills itself: the index and the name of a map or program.</summary>
    internal List<(int Index, string Name)> InitialSlots { get; init; } = [];

    internal BpfMapSpec Copy() => new(Name, Type, KeySize, ValueSize, MaxEntries, Flags)
    {
        NumaNode = NumaNode,
        Extra = Extra,
        PinByName = PinByName,
        Inner = Inner?.Copy(),
        Data = (byte[]?)Data?.Clone(),
        IsConstantData = IsConstantData,
        StructOps = StructOps,
        ArenaData = (byte[]?)ArenaData?.Clone(),
        BtfKeyTypeId = BtfKeyTypeId,
        BtfValueTypeId = BtfValueTypeId,
        InitialSlots = InitialSlots,
    };
}
