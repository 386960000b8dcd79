using EbpfFirewall.Native.BtfModel;

namespace EbpfFirewall.Native;

/// <summary>The layout of a structure or union as the compiler recorded it.</summary>
public sealed class BtfStruct
{
    // Anonymous members that nest deeper than this contain themselves.
    private const int DeepestNesting = 16;

    private BtfStruct(string name, int sizeBytes, bool isUnion, IReadOnlyList<BtfField> fields)
    {
        Name = name;
        SizeBytes = sizeBytes;
        IsUnion = isUnion;
        Fields = fields;
    }

    /// <summary>The C tag.</summary>
    public string Name { get; }

    /// <summary>sizeof, in bytes.</summary>
    public int SizeBytes { get; }

    /// <summary>True for a union.</summary>
    public bool IsUnion { get; }

    /// <summary>The members in order of declaration. An anonymous member has an empty name.</summary>
    public IReadOnlyList<BtfField> Fields { get; }

    internal static BtfStruct From(BtfType type, int depth = 0)
    {
        List<BtfField> fields = new(type.Count);
        for (int i = 0; i < type.Count; i++)
        {
            BtfMember member = type.Member(i);
            BtfType actual = type.Owner.Skip(member.TypeId);
            BtfStruct? nested = member.NameOffset == 0 && actual.IsComposite && depth < DeepestNesting ? From(actual, depth + 1) : null;
            long size = type.Owner.SizeOf(member.TypeId);
            fields.Add(new BtfField(type.Owner.String(member.NameOffset), member.BitOffset, member.BitSize, size, nested));
        }

        return new BtfStruct(type.Name, type.SizeOrType, type.Kind == BtfKind.Union, fields);
    }
}
