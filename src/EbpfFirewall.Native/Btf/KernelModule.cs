using System.Text;
using EbpfFirewall.Native.Interop;

namespace EbpfFirewall.Native.BtfModel;

/// <summary>The types of a kernel module, which continue those of the kernel.</summary>
internal sealed class KernelModule
{
    private const string Folder = "/sys/kernel/btf";
    private const string Kernel = "vmlinux";

    private KernelModule(string name, Btf types)
    {
        Name = name;
        Types = types;
    }

    internal string Name { get; }

    internal Btf Types { get; }

    /// <summary>The modules that are loaded now. One whose types are damaged is left out: the kernel has refused it as well.</summary>
    internal static List<KernelModule> List(Btf kernel) => List(kernel, Folder);

    internal static List<KernelModule> List(Btf kernel, string folder)
    {
        List<KernelModule> modules = [];
        string[] paths = Directory.Exists(folder) ? Directory.GetFiles(folder) : [];
        Array.Sort(paths, StringComparer.Ordinal);
        foreach (string path in paths)
        {
            string name = Path.GetFileName(path);
            try
            {
                if (name != Kernel)
                {
                    modules.Add(new KernelModule(name, Btf.Parse(File.ReadAllBytes(path), kernel)));
                }
            }
            catch (Exception damaged) when (damaged is BpfFormatException or IOException or UnauthorizedAccessException)
            {
                // Seen in the field: 24 bytes of header and nothing else.
            }
        }

        return modules;
    }

    /// <summary>A descriptor of the module's types, which programs refer to them by; needs CAP_SYS_ADMIN.</summary>
    /// <exception cref="BpfException">Not allowed, or the module is gone.</exception>
    internal SafeBtfHandle Open()
    {
        uint id = BpfIds.List(BpfCommand.BtfGetNextId, "type information").FirstOrDefault(IsThis);
        return id != 0 ? Open(id) : throw new BpfException(Errno.ENOENT, $"open the types of module '{Name}'");
    }

    private unsafe bool IsThis(uint id)
    {
        const int LongestName = 64;
        using SafeBtfHandle handle = Open(id);
        byte* name = stackalloc byte[LongestName];
        BtfInfo info = new() { Name = name, NameLength = LongestName };
        BpfInfo.Read(handle, &info, sizeof(BtfInfo), "type information");
        return info.IsKernelBtf != 0 && info.NameLength < LongestName && Encoding.UTF8.GetString(name, (int)info.NameLength) == Name;
    }

    private static SafeBtfHandle Open(uint id) => new(BpfIds.Open(BpfCommand.BtfGetFdById, id, "type information"));
}
