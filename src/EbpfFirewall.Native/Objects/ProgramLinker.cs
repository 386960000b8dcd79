using EbpfFirewall.Native.BtfModel;
using EbpfFirewall.Native.CoRe;

namespace EbpfFirewall.Native.Objects;

/// <summary>
/// Lays a program and its subprograms out: each callee is appended where it is met first, depth first, which is the order of
/// libbpf and so gives the same program tag.
/// </summary>
internal static class ProgramLinker
{
    internal static LinkedProgram Link(BpfFunction main)
    {
        Dictionary<BpfFunction, int> starts = [];
        List<BpfFunction> order = Order(main, starts, out int length);

        BpfInstruction[] code = new BpfInstruction[length];
        List<BpfReference> references = [];
        List<(int, CoreRelocation)> relocations = [];
        List<FunctionRecord> functions = [];
        List<LineRecord> lines = [];
        bool hasAllFunctions = true;
        bool hasAllLines = true;
        foreach (BpfFunction function in order)
        {
            int start = starts[function];
            function.Instructions.CopyTo(code, start);
            foreach (BpfReference reference in function.References)
            {
                int at = start + reference.Index;
                if (reference.Target is null)
                {
                    references.Add(reference with { Index = at, Targets = reference.Targets?.Select(t => t + start).ToArray() });
                }
                else
                {
                    Connect(code, at, reference.Kind, starts[reference.Target] - at - 1);
                }
            }

            relocations.AddRange(function.CoreRelocations.Select(r => (start + r.Index, r)));
            functions.Add(new FunctionRecord((uint)start, function.TypeId));
            hasAllFunctions &= function.TypeId != 0;
            hasAllLines &= function.Lines is [{ Index: 0 }, ..];
            lines.AddRange(function.Lines.DistinctBy(static l => l.Index).Select(l => l with { Index = l.Index + (uint)start }));
        }

        return new LinkedProgram
        {
            Code = code,
            References = references,
            CoreRelocations = relocations,
            Functions = hasAllFunctions ? [.. functions] : [],
            Lines = hasAllFunctions && hasAllLines ? [.. lines] : [],
        };
    }

    private static List<BpfFunction> Order(BpfFunction main, Dictionary<BpfFunction, int> starts, out int length)
    {
        List<BpfFunction> order = [];
        length = Append(main, 0, order, starts);

        // Nobody calls what handles the exceptions of a program: the kernel finds it by its name.
        length = main.ExceptionCallback is { } callback ? Append(callback, length, order, starts) : length;
        return order;
    }

    /// <summary>Appends a function and all that it reaches, unless it is there; gives the length then.</summary>
    private static int Append(BpfFunction root, int length, List<BpfFunction> order, Dictionary<BpfFunction, int> starts)
    {
        if (!starts.TryAdd(root, length))
        {
            return length;
        }

        order.Add(root);
        length += root.Instructions.Length;

        // Not recursive: a hostile object may chain any number of functions.
        Stack<(BpfFunction Function, int Next)> open = new([(root, 0)]);
        while (open.TryPop(out (BpfFunction Function, int Next) top))
        {
            List<BpfReference> references = top.Function.References;
            for (int i = top.Next; i < references.Count; i++)
            {
                if (references[i].Target is { } callee && starts.TryAdd(callee, length))
                {
                    order.Add(callee);
                    length += callee.Instructions.Length;
                    open.Push((top.Function, i + 1));
                    open.Push((callee, 0));
                    break;
                }
            }
        }

        return length;
    }

    private static void Connect(BpfInstruction[] code, int at, BpfReferenceKind kind, int distance)
    {
        if (kind == BpfReferenceKind.Call)
        {
            code[at] = code[at].WithSource(BpfInstruction.PseudoCall) with { Immediate = distance };
            return;
        }

        code[at] = code[at].WithSource(BpfInstruction.PseudoFunction) with { Immediate = distance };
        code[at + 1] = code[at + 1] with { Immediate = 0 };
    }
}
