using System.Globalization;
using EbpfFirewall.Native.BtfModel;
using EbpfFirewall.Native.Features;

namespace EbpfFirewall.Native.Objects;

/// <summary>Connects references to the kernel's own functions (kfuncs) and variables.</summary>
internal static class KernelSymbolLinker
{
    /// <summary>Helper number that no kernel has: a call of a weak function that is not there must not be reached.</summary>
    private const int MissingFunction = 2002000000;

    internal static void Connect(
        BpfInstruction[] code, BpfReference reference, string program, IReadOnlySet<string> typeless, KernelTypes kernel)
    {
        ref BpfInstruction first = ref code[reference.Index];
        if (reference.Kind == BpfReferenceKind.KernelFunction)
        {
            (int function, KernelModule? home) = kernel.Find(reference.Name, BtfKind.Function);
            first = function > 0
                ? first.WithSource(BpfInstruction.PseudoKfuncCall) with { Immediate = function, Offset = kernel.PlaceOf(home) }
                : reference.IsWeak ? new BpfInstruction(BpfInstruction.CallOpcode, 0, 0, MissingFunction) : throw Missing(reference, program);
            return;
        }

        if (typeless.Contains(reference.Name))
        {
            ulong address = FindAddress(reference.Name) ?? 0;
            if (address == 0 && !reference.IsWeak)
            {
                throw Missing(reference, program);
            }

            first = first.WithSource(0) with { Immediate = unchecked((int)address) };
            code[reference.Index + 1] = code[reference.Index + 1] with { Immediate = (int)(address >> 32) };
            return;
        }

        (int id, KernelModule? module) = kernel.Find(reference.Name, BtfKind.Variable);
        (id, module) = id > 0 ? (id, module) : kernel.Find(reference.Name, BtfKind.Function);
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
    }

    internal static HashSet<string> FindTypeless(Btf btf)
    {
        HashSet<string> names = [];
        int section = btf.FindId(BtfFixup.KernelSymbols, BtfKind.DataSection);
        for (int i = 0; section > 0 && i < btf.Type(section).Count; i++)
        {
            BtfType declared = btf.Type(btf.Type(section).SectionEntry(i).TypeId);
            if (declared.Kind == BtfKind.Variable && btf.Skip(declared.SizeOrType).Kind == BtfKind.Void)
            {
                names.Add(declared.Name);
            }
        }

        return names;
    }

    /// <summary>Null when there is no such symbol, 0 when its address is hidden.</summary>
    internal static ulong? FindAddress(string name)
    {
        // ffffffff81000000 T _stext, with "\t[module]" behind symbols of modules; zeros without CAP_SYSLOG.
        foreach (string line in File.ReadLines("/proc/kallsyms"))
        {
            ReadOnlySpan<char> text = line;
            int space = text.IndexOf(' ');
            ReadOnlySpan<char> symbol = text[(space + 3)..];
            int end = symbol.IndexOf('\t');
            if ((end < 0 ? symbol : symbol[..end]).SequenceEqual(name))
            {
                return ulong.Parse(text[..space], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            }
        }

        return null;
    }

    private static BpfException Missing(BpfReference reference, string program) => new(
        Errno.ENOENT, $"load program '{program}'", $"It refers to '{reference.Name}', which neither this object nor the kernel defines (or whose address is hidden).");
}
