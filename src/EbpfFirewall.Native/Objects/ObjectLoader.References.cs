using EbpfFirewall.Native.BtfModel;
using EbpfFirewall.Native.CoRe;
using EbpfFirewall.Native.Interop;

namespace EbpfFirewall.Native.Objects;

/// <summary>The part that writes into instructions what only the running kernel knows.</summary>
internal sealed partial class ObjectLoader
{
    private readonly JumpTables _jumpTables = new();
    private long _arenaStart;

    /// <summary>Applies the CO-RE relocations; gives those that nothing satisfies by their instructions.</summary>
    private Dictionary<int, string> Relocate(LinkedProgram linked)
    {
        Dictionary<int, string> poisoned = [];
        if (linked.CoreRelocations.Count == 0)
        {
            return poisoned;
        }

        CoreResolver resolver = spec.Parsed.ResolverFor(_kernel.Main);
        foreach ((int index, CoreRelocation relocation) in linked.CoreRelocations)
        {
            CoreResolution resolution = resolver.Resolve(relocation, _kernel);
            string description = resolver.Describe(relocation);
            CorePatcher.Apply(linked.Code, index, resolution, description);
            if (resolution.IsPoison || resolution.CannotResize)
            {
                poisoned[index] = $"the kernel's types do not have what a CO-RE relocation asks for: {description}";
            }
        }

        return poisoned;
    }

    private void Connect(BpfInstruction[] code, BpfReference reference, string program, Dictionary<int, string> poisoned)
    {
        ref BpfInstruction first = ref code[reference.Index];
        ref BpfInstruction second = ref code[Math.Min(reference.Index + 1, code.Length - 1)];
        switch (reference.Kind)
        {
            case BpfReferenceKind.Map:
                first = first.WithSource(BpfInstruction.PseudoMapFd) with { Immediate = FdOf(reference.Name) };
                second = second with { Immediate = 0 };
                break;
            case BpfReferenceKind.Data:
                first = first.WithSource(BpfInstruction.PseudoMapValue) with { Immediate = FdOf(reference.Name) };
                second = second with { Immediate = reference.Offset };
                break;
            case BpfReferenceKind.ArenaData:
                first = first.WithSource(BpfInstruction.PseudoMapValue) with { Immediate = FdOf(reference.Name) };
                second = second with { Immediate = checked((int)(reference.Offset + _arenaStart)) };
                break;
            case BpfReferenceKind.JumpTable:
                first = first.WithSource(BpfInstruction.PseudoMapValue) with { Immediate = _jumpTables.Create(reference), Offset = 0 };
                break;
            default:
                if (!KernelSymbolLinker.TryConnect(code, reference, program, spec.Parsed, _kernel))
                {
                    poisoned[reference.Index] = $"the kernel has no function '{reference.Name}' as the object declares it";
                }

                break;
        }
    }

    /// <summary>Where the variables of a section begin in its map.</summary>
    internal long StartOf(string section) => spec.Maps[section].Type == BpfMapType.Arena ? _arenaStart : 0;

    private int FdOf(string map) => (int)Maps[map].Handle.DangerousGetHandle();

    /// <summary>What a data section starts with; of a section per processor every processor gets a copy.</summary>
    private static byte[] InitialValue(BpfMapSpec map, BpfMap created)
    {
        byte[] value = map.Data!;
        if (created.ValueBufferSize == value.Length)
        {
            return value;
        }

        byte[] values = new byte[created.ValueBufferSize];
        int stride = (value.Length + 7) / 8 * 8;
        for (int at = 0; at + value.Length <= values.Length; at += stride)
        {
            value.CopyTo(values, at);
        }

        return values;
    }

    private void FillArena(BpfMapSpec map, BpfMapMemory memory)
    {
        if (map.ArenaData is { } data)
        {
            _arenaStart = ArenaData.FindStart(memory, data.Length);
            data.CopyTo(memory.Slice(_arenaStart, data.Length));
        }
    }

    /// <summary>Constants stay with every program, also those that it does not use: tools read from them what it was built from.</summary>
    private void BindConstants(SafeProgramHandle program)
    {
        using FdLease lease = new(program);
        foreach (BpfMapSpec map in spec.Maps.Values)
        {
            if (map is { IsConstantData: true, Name: not BtfFixup.KernelConfiguration })
            {
                // Kernels before 5.10 cannot, and nothing depends on it.
                ProgramBindMapAttributes attributes = new() { ProgramFd = lease.Fd, MapFd = FdOf(map.Name) };
                _ = LibC.Bpf(BpfCommand.ProgramBindMap, ref attributes);
            }
        }
    }
}
