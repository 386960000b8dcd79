namespace EbpfFirewall.Native;

/// <summary>What the kernel says about a program.</summary>
/// <param name="Id">Id, unique while the system runs.</param>
/// <param name="Type">Type.</param>
/// <param name="Name">The kernel's name: at most 15 characters.</param>
/// <param name="Tag">Digest of the instructions, 16 hexadecimal digits as bpftool prints them.</param>
/// <param name="JitedSizeBytes">Bytes of machine code, 0 when interpreted.</param>
/// <param name="TranslatedSizeBytes">Bytes of instructions after verification.</param>
/// <param name="BtfId">Id of the type information, 0 when there is none.</param>
/// <param name="RunTime">Time spent in it while statistics were on.</param>
/// <param name="RunCount">Runs while statistics were on.</param>
/// <param name="RecursionMisses">Runs that were skipped because it was already running.</param>
/// <param name="VerifiedInstructions">Instructions that the verifier walked; 0 before 5.16.</param>
public sealed record BpfProgramInfo(
    uint Id,
    BpfProgramType Type,
    string Name,
    string Tag,
    int JitedSizeBytes,
    int TranslatedSizeBytes,
    uint BtfId,
    TimeSpan RunTime,
    ulong RunCount,
    ulong RecursionMisses,
    uint VerifiedInstructions);
