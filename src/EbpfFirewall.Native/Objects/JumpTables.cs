namespace EbpfFirewall.Native.Objects;

/// <summary>
/// The tables behind computed gotos (clang 22, Linux 6.19): each becomes a map of instruction indexes of the one program that jumps by it.
/// The program holds its maps once it is loaded.
/// </summary>
internal sealed class JumpTables
{
    internal const string Section = ".jumptables";

    // struct bpf_insn_array_value: original index, translated index, machine code's offset, padding.
    private const int ValueSize = 16;
    private readonly Dictionary<int, BpfMap> _maps = [];

    /// <summary>Whether the program at hand has none.</summary>
    internal bool IsEmpty => _maps.Count == 0;

    /// <summary>The descriptor of the table that a reference of the program at hand means.</summary>
    internal int Create(BpfReference reference)
    {
        int[] targets = reference.Targets!;
        if (!_maps.TryGetValue(reference.Offset, out BpfMap? map))
        {
            map = BpfMap.Create(new BpfMapSpec(Section, BpfMapType.InstructionArray, 4, ValueSize, (uint)targets.Length));
            _maps.Add(reference.Offset, map);
            Span<byte> key = stackalloc byte[4];
            Span<byte> value = stackalloc byte[ValueSize];
            value.Clear();
            for (int i = 0; i < targets.Length; i++)
            {
                BitConverter.TryWriteBytes(key, i);
                BitConverter.TryWriteBytes(value, targets[i]);
                map.Update(key, value);
            }

            map.Freeze();
        }

        return (int)map.Handle.DangerousGetHandle();
    }

    /// <summary>Drops the tables of a program that is loaded: the next one has others.</summary>
    internal void Clear()
    {
        foreach (BpfMap map in _maps.Values)
        {
            map.Dispose();
        }

        _maps.Clear();
    }
}
