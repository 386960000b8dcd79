using System.Globalization;
using System.Text;
using EbpfFirewall.Native.BtfModel;

namespace EbpfFirewall.Native.CoRe;

/// <summary>A place in a type: the root, the named steps to it, and its offset. Anonymous members are passed through.</summary>
internal sealed class CoreSpec(Btf btf, int rootTypeId)
{
    internal Btf Btf { get; } = btf;

    internal int RootTypeId { get; } = rootTypeId;

    internal List<CoreAccessor> Steps { get; } = [];

    internal long BitOffset { get; set; }

    internal CoreAccessor Last => Steps[^1];

    /// <summary>The object's own side: reads the access string along the type the object was compiled with.</summary>
    internal static CoreSpec Parse(Btf btf, CoreRelocation relocation)
    {
        CoreSpec spec = new(btf, relocation.TypeId);
        int[] path = ParsePath(relocation);
        if (IsTypeBased(relocation.Kind))
        {
            return path is [0] ? spec : throw Malformed(relocation, "a type has no path");
        }

        BtfType type = btf.Skip(relocation.TypeId);
        if (IsEnumeratorBased(relocation.Kind))
        {
            if (!type.IsAnyEnum || path.Length != 1 || path[0] >= type.Count)
            {
                throw Malformed(relocation, "no such enumerator");
            }

            spec.Steps.Add(new CoreAccessor(type.Id, path[0], btf.String(type.Enumerator(path[0]).NameOffset)));
            return spec;
        }

        spec.Steps.Add(new CoreAccessor(type.Id, path[0], null));
        spec.BitOffset = checked(path[0] * SizeInBits(btf, type.Id, relocation));
        foreach (int index in path.AsSpan(1))
        {
            type = spec.Step(type, index, relocation);
        }

        return spec;
    }

    internal static bool IsTypeBased(CoreRelocationKind kind) => kind is CoreRelocationKind.TypeIdLocal or CoreRelocationKind.TypeIdTarget
        or CoreRelocationKind.TypeExists or CoreRelocationKind.TypeSize or CoreRelocationKind.TypeMatches;

    internal static bool IsEnumeratorBased(CoreRelocationKind kind) =>
        kind is CoreRelocationKind.EnumeratorExists or CoreRelocationKind.EnumeratorValue;

    /// <summary>True when an array is the flexible last member, which may be indexed at will.</summary>
    internal bool IsFlexible(BtfType array)
    {
        CoreAccessor holder = Last;
        return holder.Name is not null && array.ElementCount == 0 && holder.Index == Btf.Type(holder.TypeId).Count - 1;
    }

    /// <summary>For messages: <c>struct task_struct.mm</c>.</summary>
    public override string ToString()
    {
        BtfType root = Btf.Type(RootTypeId);
        StringBuilder text = new();
        text.Append(root.Kind switch
        {
            BtfKind.Struct => "struct ",
            BtfKind.Union => "union ",
            BtfKind.Enum or BtfKind.Enum64 => "enum ",
            _ => "",
        }).Append(root.Name.Length == 0 ? "(anonymous)" : root.Name);
        for (int i = 0; i < Steps.Count; i++)
        {
            CoreAccessor step = Steps[i];
            if (step.Name is not null)
            {
                text.Append(Btf.Type(step.TypeId).IsAnyEnum ? "::" : ".").Append(step.Name);
            }
            else if (i > 0 || step.Index > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"[{step.Index}]");
            }
        }

        return text.ToString();
    }

    private BtfType Step(BtfType type, int index, CoreRelocation relocation)
    {
        if (type.IsComposite)
        {
            if (index >= type.Count)
            {
                throw Malformed(relocation, $"member {index} of {type.Count}");
            }

            BtfMember member = type.Member(index);
            BitOffset += member.BitOffset;
            if (member.NameOffset != 0)
            {
                Steps.Add(new CoreAccessor(type.Id, index, Btf.String(member.NameOffset)));
            }

            return Btf.Skip(member.TypeId);
        }

        if (type.Kind != BtfKind.Array)
        {
            throw Malformed(relocation, $"a step into type {type.Id}, which has no parts");
        }

        BtfType element = Btf.Skip(type.ElementType);
        if (index >= type.ElementCount && !IsFlexible(type))
        {
            throw Malformed(relocation, $"element {index} of {type.ElementCount}");
        }

        Steps.Add(new CoreAccessor(element.Id, index, null));
        BitOffset = checked(BitOffset + (index * SizeInBits(Btf, element.Id, relocation)));
        return element;
    }

    private static int[] ParsePath(CoreRelocation relocation)
    {
        string[] parts = relocation.Access.Split(':');
        int[] path = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            // libbpf's bound on the length, too.
            if (parts.Length > 64 || !int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out path[i]))
            {
                throw Malformed(relocation, $"access string '{relocation.Access}'");
            }
        }

        return path;
    }

    private static long SizeInBits(Btf btf, int typeId, CoreRelocation relocation)
    {
        long size = btf.SizeOf(typeId);
        return size is < 0 or > int.MaxValue ? throw Malformed(relocation, $"type {typeId} has no size") : size * 8;
    }

    private static BpfFormatException Malformed(CoreRelocation relocation, string problem) =>
        new(BtfExtension.SectionName, 0, $"CO-RE relocation of type {relocation.TypeId}: {problem}");
}
