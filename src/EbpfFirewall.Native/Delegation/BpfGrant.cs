using System.Globalization;

namespace EbpfFirewall.Native;

/// <summary>What a privileged process delegates to a user namespace: the <c>delegate_*</c> options of a BPF file system.</summary>
/// <remarks>Immutable and safe for concurrent use.</remarks>
public sealed record BpfGrant
{
    /// <summary>Types of maps that may be created. Null, the default: any.</summary>
    public IReadOnlyCollection<BpfMapType>? MapTypes { get; init; }

    /// <summary>Types of programs that may be loaded. Null, the default: any.</summary>
    public IReadOnlyCollection<BpfProgramType>? ProgramTypes { get; init; }

    /// <summary>
    /// Hooks that they may be loaded for. Null, the default: any. Programs that are loaded for no hook count as those of the kernel's number
    /// 0, <see cref="BpfAttachType.CgroupInetIngress"/>.
    /// </summary>
    public IReadOnlyCollection<BpfAttachType>? AttachTypes { get; init; }

    /// <summary>The options, each with the bits of what it allows.</summary>
    internal IEnumerable<(string Option, string Value)> Options()
    {
        Interop.BpfCommand[] commands = [Interop.BpfCommand.MapCreate, Interop.BpfCommand.ProgramLoad, Interop.BpfCommand.BtfLoad];
        yield return ("delegate_cmds", Mask(commands.Select(static c => (int)c)));
        yield return ("delegate_maps", Mask(MapTypes?.Select(static t => (int)t)));
        yield return ("delegate_progs", Mask(ProgramTypes?.Select(static t => (int)t)));
        yield return ("delegate_attachs", Mask(AttachTypes?.Select(static t => (int)t)));
    }

    private static string Mask(IEnumerable<int>? bits) => bits is null
        ? "any"
        : "0x" + bits.Aggregate(0UL, static (mask, bit) => bit is >= 0 and < 64
            ? mask | (1UL << bit)
            : throw new ArgumentOutOfRangeException(nameof(bits), bit, "the kernel has 64 bits for each kind")).ToString("x", CultureInfo.InvariantCulture);
}
