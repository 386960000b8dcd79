using System.Globalization;
using System.Text;
using EbpfFirewall.Native.BtfModel;
using EbpfFirewall.Native.CoRe;
using EbpfFirewall.Native.Features;

namespace EbpfFirewall.Native.Objects;

/// <summary>Connects references to the kernel's own functions (kfuncs) and variables.</summary>
internal static class KernelSymbolLinker
{
    /// <summary>
    /// Helper numbers that no kernel has: a call of a weak function that is not there must not be reached. They are libbpf's; the place of
    /// the function among the declarations is added.
    /// </summary>
    private const int MissingFunction = 2002000000;

    /// <summary>False when the function that is called is not there: the program must not get there.</summary>
    internal static bool TryConnect(
        BpfInstruction[] code, BpfReference reference, string program, ParsedObject parsed, KernelTypes kernel)
    {
        ref BpfInstruction first = ref code[reference.Index];
        if (reference.Kind == BpfReferenceKind.KernelFunction)
        {
            (int function, KernelModule? home) = FindFunction(reference.Name, parsed.Btf, kernel);
            if (function <= 0 && !reference.IsWeak)
            {
                throw Missing(reference, program);
            }

            first = function > 0
                ? first.WithSource(BpfInstruction.PseudoKfuncCall) with { Immediate = function, Offset = kernel.PlaceOf(home) }
                : new BpfInstruction(BpfInstruction.CallOpcode, 0, 0, MissingFunction + parsed.PlaceOfSymbol(reference.Name));
            return function > 0;
        }

        if (parsed.KernelSymbols.TryGetValue(reference.Name, out bool isTypeless) && isTypeless)
        {
            ulong address = kernel.AddressOf(reference.Name, parsed.KernelSymbols.Where(static s => s.Value).Select(static s => s.Key));
            if (address == 0 && !reference.IsWeak)
            {
                throw Missing(reference, program);
            }

            first = first.WithSource(0) with { Immediate = unchecked((int)address) };
            code[reference.Index + 1] = code[reference.Index + 1] with { Immediate = (int)(address >> 32) };
            return true;
        }

        (int id, KernelModule? module) = kernel.Find(reference.Name, BtfKind.Variable);
        (id, module) = id > 0 ? (id, module) : FindFunction(reference.Name, parsed.Btf, kernel);
        if (id <= 0 && !reference.IsWeak)
        {
            throw Missing(reference, program);
        }

        // An absent weak symbol is a null pointer, as in C.
        first = first.WithSource(id > 0 ? BpfInstruction.PseudoBtfId : (byte)0) with { Immediate = id };
        code[reference.Index + 1] = code[reference.Index + 1] with { Immediate = kernel.DescriptorOf(module) };
        if (id > 0 && (module?.Types ?? kernel.Main).Type(id).Kind == BtfKind.Function && !ProgramProbe.TakesFunctionAddresses)
        {
            // Before 6.4 such an address cannot be had. Programs only ask whether there is one.
            first = first.WithSource(0) with { Immediate = 1 };
            code[reference.Index + 1] = code[reference.Index + 1] with { Immediate = 0 };
        }

        return true;
    }

    /// <summary>
    /// A kernel function of the name without its flavour (<c>bpf_task_acquire___v2</c>) and with the parameters that the object declares: an
    /// object may declare several forms of one and ask which of them is there.
    /// </summary>
    private static (int Id, KernelModule? Module) FindFunction(string name, Btf? declared, KernelTypes kernel)
    {
        string essential = Encoding.UTF8.GetString(Btf.EssentialName(Encoding.UTF8.GetBytes(name)));
        (int id, KernelModule? module) = kernel.Find(essential, BtfKind.Function);
        int local = declared?.FindId(name, BtfKind.Function) ?? -1;
        if (id <= 0 || local <= 0)
        {
            return (id, module);
        }

        Btf target = module?.Types ?? kernel.Main;
        bool fits = CoreCompatibility.Types(declared!, declared!.Type(local).SizeOrType, target, target.Type(id).SizeOrType);
        return fits ? (id, module) : (0, null);
    }

    /// <summary>What the object wants from the kernel, sorted by name, and whether it is a typeless variable.</summary>
    internal static SortedList<string, bool> FindDeclared(Btf btf)
    {
        SortedList<string, bool> symbols = new(StringComparer.Ordinal);
        int section = btf.FindId(BtfFixup.KernelSymbols, BtfKind.DataSection);
        for (int i = 0; section > 0 && i < btf.Type(section).Count; i++)
        {
            BtfType declared = btf.Type(btf.Type(section).SectionEntry(i).TypeId);
            symbols[declared.Name] = declared.Kind == BtfKind.Variable && btf.Skip(declared.SizeOrType).Kind == BtfKind.Void;
        }

        return symbols;
    }

    /// <summary>Addresses of symbols that are there, in one pass over all that the kernel has; 0 for those that it hides.</summary>
    internal static Dictionary<string, ulong> FindAddresses(IEnumerable<string> names)
    {
        Dictionary<string, ulong> found = [];
        HashSet<string> wanted = [.. names];
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> open = wanted.GetAlternateLookup<ReadOnlySpan<char>>();

        // ffffffff81000000 T _stext, with "\t[module]" behind symbols of modules; zeros without CAP_SYSLOG.
        foreach (string line in File.ReadLines("/proc/kallsyms"))
        {
            ReadOnlySpan<char> text = line;
            int space = text.IndexOf(' ');
            ReadOnlySpan<char> symbol = text[(space + 3)..];
            int end = symbol.IndexOf('\t');
            if (open.TryGetValue(end < 0 ? symbol : symbol[..end], out string? name))
            {
                found.Add(name, ulong.Parse(text[..space], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                wanted.Remove(name);
                if (wanted.Count == 0)
                {
                    break;
                }
            }
        }

        return found;
    }

    private static BpfException Missing(BpfReference reference, string program) => new(
        Errno.ENOENT, $"load program '{program}'", $"It refers to '{reference.Name}', which neither this object nor the kernel defines (or whose address is hidden).");
}
