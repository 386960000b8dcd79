using EbpfFirewall.Native.Programs;

namespace EbpfFirewall.Native.Objects;

/// <summary>Global variables in an arena, which clang puts into a section named for their address space.</summary>
internal static class ArenaData
{
    internal const string Section = ".addr_space.1";

    // Far beyond the small arrays that older kernels had in mind.
    private const int FarOffset = 1 << 30;
    private static readonly Lazy<bool> FarOffsets = new(HasFarOffsets);

    /// <summary>
    /// At the end of the arena, so that no variable has offset 0, which programs take for a null pointer. Kernels that limit offsets in
    /// instructions to 512 MiB could not reach it there in large arenas: with them at the beginning, as libbpf does.
    /// </summary>
    internal static long FindStart(BpfMapMemory arena, int length)
    {
        long page = Environment.SystemPageSize;
        return FarOffsets.Value ? Math.Max(0, arena.LengthBytes - ((length + page - 1) / page * page)) : 0;
    }

    private static bool HasFarOffsets()
    {
        using BpfMap map = BpfMap.Create(new BpfMapSpec("efw_probe", BpfMapType.Array, 4, 1, 1));
        BpfInstruction load = new BpfInstruction(BpfInstruction.LoadImmediate64, 1, 0, (int)map.Handle.DangerousGetHandle())
            .WithSource(BpfInstruction.PseudoMapValue);
        ProgramLoadRequest request = new()
        {
            Name = "efw_probe",
            Type = BpfProgramType.SocketFilter,
            Code = [load, new BpfInstruction(0, 0, 0, FarOffset), new BpfInstruction(0x95, 0, 0, 0)],
            License = "GPL",
        };
        try
        {
            ProgramLoader.Load(request).Dispose();
            return true;
        }
        catch (BpfException refusal)
        {
            // Both kinds of kernel refuse it; only the older ones for the offset as such.
            return refusal is BpfVerifierException { Log: { } log } && !log.Contains("direct value offset of", StringComparison.Ordinal);
        }
    }
}
