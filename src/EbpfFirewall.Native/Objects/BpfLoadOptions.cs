namespace EbpfFirewall.Native;

/// <summary>How an object is loaded.</summary>
public sealed class BpfLoadOptions
{
    /// <summary>
    /// Maps to use instead of creating them, by their name in the object. They stay the caller's: the object takes descriptors of its
    /// own. Type and sizes must agree. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, BpfMap> MapReplacements { get; init; } = new Dictionary<string, BpfMap>();

    /// <summary>
    /// Where maps that ask for it (<c>LIBBPF_PIN_BY_NAME</c>) are pinned, or opened if they are pinned already. Null, the default,
    /// creates them unpinned.
    /// </summary>
    public string? PinDirectory { get; init; }

    /// <summary>
    /// Lines such as <c>CONFIG_HZ=250</c> for the variables of <c>.kconfig</c>; they win over the kernel's own configuration
    /// (/boot/config-*, /proc/config.gz), which is read only if they leave a variable open. Null, the default: none.
    /// </summary>
    public string? KernelConfiguration { get; init; }

    /// <summary>
    /// Lets a process in a user namespace create the maps and load the programs, where that was delegated to it (Linux 6.9). Null, the
    /// default: it has privileges of its own.
    /// </summary>
    public BpfToken? Token { get; init; }

    /// <summary>
    /// Loads programs on several threads, which takes less time where the verifier has much to walk. Their ids then rise in no order.
    /// Default: false.
    /// </summary>
    public bool LoadsInParallel { get; init; }

    /// <summary>Types to relocate against. Null, the default: the running kernel's, read only if a relocation asks.</summary>
    public Btf? KernelBtf { get; init; }
}
