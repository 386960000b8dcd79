using EbpfFirewall.Native.BtfModel;

namespace EbpfFirewall.Native.StructOps;

/// <summary>A structure of the running kernel that an object implements: its own type, and the one that registers it.</summary>
internal sealed class StructOpsTarget
{
    private const string Prefix = "bpf_struct_ops_";

    private readonly StructOpsDefinition _definition;
    private readonly BtfType _structure;
    private readonly int _dataOffset;

    private StructOpsTarget(StructOpsDefinition definition, KernelModule? module, BtfType structure, BtfType registration, int dataOffset)
    {
        _definition = definition;
        _structure = structure;
        _dataOffset = dataOffset;
        Module = module;
        ValueTypeId = (uint)registration.Id;
        ValueSize = registration.SizeOrType;
    }

    /// <summary>The module that has the types; null for the kernel itself.</summary>
    internal KernelModule? Module { get; }

    internal uint StructureId => (uint)_structure.Id;

    internal uint ValueTypeId { get; }

    internal int ValueSize { get; }

    internal static StructOpsTarget Find(StructOpsDefinition definition, KernelTypes kernel)
    {
        string name = definition.KernelType;
        (int id, KernelModule? module) = kernel.Find(Prefix + name, BtfKind.Struct);
        Btf types = module?.Types ?? kernel.Main;
        int structure = id > 0 ? types.FindId(name, BtfKind.Struct) : -1;
        if (structure > 0)
        {
            BtfType registration = types.Type(id);
            int data = IndexOf(registration, "data");
            if (data >= 0)
            {
                return new StructOpsTarget(definition, module, types.Type(structure), registration, (int)(registration.Member(data).BitOffset / 8));
            }
        }

        throw new BpfException(Errno.ENOENT, $"implement '{name}'", $"The kernel has no structure '{name}' that programs may implement.");
    }

    /// <summary>The number of the member that a program is for, which the kernel knows it by.</summary>
    internal int MemberIndexOf(string program) => _definition.MemberOf(program) is { } member && IndexOf(_structure, member) is int index and >= 0
        ? index
        : throw new BpfException(Errno.ENOENT, $"load program '{program}'", $"The kernel's '{_definition.KernelType}' has no such member.");

    /// <summary>The value of the map: the object's structure, member by member where the kernel has them.</summary>
    /// <param name="descriptorOf">Descriptors of programs by name.</param>
    internal byte[] Compose(Func<string, int> descriptorOf)
    {
        byte[] value = new byte[ValueSize];
        BtfType local = _definition.Type;
        for (int i = 0; i < local.Count; i++)
        {
            BtfMember member = local.Member(i);
            string name = local.Owner.String(member.NameOffset);
            int offset = (int)(member.BitOffset / 8);
            long size = local.Owner.SizeOf(member.TypeId);
            bool hasProgram = _definition.Programs.TryGetValue(offset, out string? program);
            ReadOnlySpan<byte> bytes = size > 0 && offset + size <= _definition.Data.Length ? _definition.Data.AsSpan(offset, (int)size) : [];
            if (!hasProgram && bytes.IndexOfAnyExcept((byte)0) < 0)
            {
                continue;
            }

            int index = IndexOf(_structure, name);
            BtfMember counterpart = index < 0 ? default : _structure.Member(index);
            if (index < 0 || member.BitSize != 0 || counterpart.BitSize != 0 || _structure.Owner.SizeOf(counterpart.TypeId) != size)
            {
                throw new BpfException(
                    Errno.EINVAL, $"implement '{_definition.KernelType}'", $"'{_definition.Name}' sets '{name}', which the kernel lacks or has in another form.");
            }

            Span<byte> place = value.AsSpan(_dataOffset + (int)(counterpart.BitOffset / 8), (int)size);
            if (hasProgram)
            {
                BitConverter.TryWriteBytes(place, (ulong)descriptorOf(program!));
            }
            else
            {
                bytes.CopyTo(place);
            }
        }

        return value;
    }

    private static int IndexOf(BtfType structure, string member)
    {
        for (int i = 0; i < structure.Count; i++)
        {
            if (structure.Owner.String(structure.Member(i).NameOffset) == member)
            {
                return i;
            }
        }

        return -1;
    }
}
