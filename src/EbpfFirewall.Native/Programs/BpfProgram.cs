using System.Buffers.Binary;
using System.Globalization;
using EbpfFirewall.Native.Interop;

namespace EbpfFirewall.Native;

/// <summary>A verified program in the kernel.</summary>
/// <remarks>
/// Safe for concurrent use. Disposing closes this descriptor; the program lives on while a link, a pin or another descriptor
/// holds it.
/// </remarks>
public sealed partial class BpfProgram : IDisposable
{
    private readonly BpfObject? _owner;

    internal BpfProgram(SafeProgramHandle handle, string? name, BpfAttachType? attachType, BpfObject? owner)
    {
        Handle = handle;
        _owner = owner;
        AttachType = attachType;
        BpfProgramInfo info = GetInfo();
        Name = name ?? info.Name;
        Type = info.Type;
        Id = info.Id;
    }

    /// <summary>The descriptor.</summary>
    public SafeProgramHandle Handle { get; }

    /// <summary>Name of the C function, or the kernel's name of at most 15 characters.</summary>
    public string Name { get; }

    /// <summary>Id, unique while the system runs.</summary>
    public uint Id { get; }

    /// <summary>Type.</summary>
    public BpfProgramType Type { get; }

    /// <summary>The hook that its section named; null when it named none or the program was opened by pin or id.</summary>
    public BpfAttachType? AttachType { get; }

    /// <summary>Opens a pinned program.</summary>
    /// <exception cref="BpfException">There is no such pin, or it is not a program.</exception>
    public static BpfProgram OpenPinned(string path) => new(new SafeProgramHandle(BpfPin.Open(path, "program")), null, null, null);

    /// <summary>Opens a program by its id; needs CAP_SYS_ADMIN.</summary>
    /// <exception cref="BpfException">No such program any more, or not allowed.</exception>
    public static BpfProgram OpenById(uint id) =>
        new(new SafeProgramHandle(BpfIds.Open(BpfCommand.ProgramGetFdById, id, "program")), null, null, null);

    /// <summary>Ids of all programs of the system, ascending; needs CAP_SYS_ADMIN.</summary>
    public static IEnumerable<uint> ListIds() => BpfIds.List(BpfCommand.ProgramGetNextId, "programs");

    /// <summary>Asks the kernel for the program's properties.</summary>
    public unsafe BpfProgramInfo GetInfo()
    {
        ProgramInfo info = default;
        BpfInfo.Read(Handle, &info, sizeof(ProgramInfo), "program");
        ulong tag = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(info.Tag) : info.Tag;
        return new BpfProgramInfo(
            info.Id,
            (BpfProgramType)info.Type,
            info.Name.ToString(),
            tag.ToString("x16", CultureInfo.InvariantCulture),
            (int)info.JitedLength,
            (int)info.TranslatedLength,
            info.BtfId,
            TimeSpan.FromMicroseconds(info.RunTimeNs / 1000.0),
            info.RunCount,
            info.RecursionMisses,
            info.VerifiedInstructions);
    }

    /// <summary>Pins the program on a BPF file system.</summary>
    /// <exception cref="BpfException">The path is taken, or not on a BPF file system.</exception>
    public void Pin(string path) => BpfPin.Create(Handle, path);

    /// <inheritdoc/>
    public void Dispose()
    {
        Handle.Dispose();
        GC.KeepAlive(_owner);
    }
}
