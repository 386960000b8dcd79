using EbpfFirewall.Native.Interop;

namespace EbpfFirewall.Native.BtfModel;

/// <summary>The types that a loaded program brought with it.</summary>
internal static class ProgramTypes
{
    /// <summary>Id of a function of a program, which the kernel knows it by.</summary>
    internal static uint FindFunction(BpfProgram program, string function)
    {
        int id = program.GetInfo().BtfId is uint types and not 0 ? Read(types).FindId(function, BtfKind.Function) : -1;
        return id > 0
            ? (uint)id
            : throw new BpfException(Errno.ENOENT, $"find function '{function}' of program '{program.Name}'", "It has no global function of that name, or was loaded without type information.");
    }

    private static unsafe Btf Read(uint id)
    {
        using SafeBtfHandle handle = new(BpfIds.Open(BpfCommand.BtfGetFdById, id, "type information"));
        BtfInfo info = default;
        BpfInfo.Read(handle, &info, sizeof(BtfInfo), "type information");
        byte[] bytes = new byte[info.Size];
        fixed (byte* pointer = bytes)
        {
            info = new BtfInfo { Btf = pointer, Size = (uint)bytes.Length };
            BpfInfo.Read(handle, &info, sizeof(BtfInfo), "type information");
        }

        return Btf.Parse(bytes);
    }
}
