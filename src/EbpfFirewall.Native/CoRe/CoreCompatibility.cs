using EbpfFirewall.Native.BtfModel;

namespace EbpfFirewall.Native.CoRe;

/// <summary>When two types may stand for one another. The rules are libbpf's, which programs are written against.</summary>
internal static class CoreCompatibility
{
    private const int DeepestNesting = 32;

    /// <summary>Kinds agree; the two kinds of enumeration count as one.</summary>
    internal static bool Kinds(BtfType a, BtfType b) => a.Kind == b.Kind || (a.IsAnyEnum && b.IsAnyEnum);

    /// <summary>A member of the same name serves for this one: loose, since programs read what they find there.</summary>
    internal static bool Fields(Btf localBtf, int localId, Btf targetBtf, int targetId)
    {
        for (int depth = 0; depth < DeepestNesting; depth++)
        {
            BtfType local = localBtf.Skip(localId);
            BtfType target = targetBtf.Skip(targetId);
            if (local.IsComposite && target.IsComposite)
            {
                return true;
            }

            if (!Kinds(local, target))
            {
                return false;
            }

            switch (local.Kind)
            {
                case BtfKind.Pointer or BtfKind.Float:
                    return true;
                case BtfKind.Forward or BtfKind.Enum or BtfKind.Enum64:
                    ReadOnlySpan<byte> localName = Btf.EssentialName(local.NameBytes);
                    ReadOnlySpan<byte> targetName = Btf.EssentialName(target.NameBytes);
                    return localName.IsEmpty || targetName.IsEmpty || localName.SequenceEqual(targetName);
                case BtfKind.Integer:
                    return local.IntegerBitOffset == 0 && target.IntegerBitOffset == 0;
                case BtfKind.Array:
                    localId = local.ElementType;
                    targetId = target.ElementType;
                    break;
                default:
                    return false;
            }
        }

        return false;
    }

    /// <summary>For "does this type exist": the kinds agree all the way down, names are the candidates' business.</summary>
    internal static bool Types(Btf localBtf, int localId, Btf targetBtf, int targetId, int depth = 0)
    {
        for (; depth < DeepestNesting; depth++)
        {
            BtfType local = localBtf.Skip(localId);
            BtfType target = targetBtf.Skip(targetId);
            if (local.Kind == BtfKind.Forward && target.IsComposite && depth > 0)
            {
                // "struct x;" behind a pointer says no more, and so asks for no more.
                return true;
            }

            if (!Kinds(local, target))
            {
                return false;
            }

            switch (local.Kind)
            {
                case BtfKind.Void or BtfKind.Struct or BtfKind.Union or BtfKind.Enum or BtfKind.Enum64 or BtfKind.Forward:
                    return true;
                case BtfKind.Integer:
                    return local.IntegerBitOffset == 0 && target.IntegerBitOffset == 0;
                case BtfKind.Pointer:
                    (localId, targetId) = (local.SizeOrType, target.SizeOrType);
                    break;
                case BtfKind.Array:
                    (localId, targetId) = (local.ElementType, target.ElementType);
                    break;
                case BtfKind.FunctionPrototype:
                    if (local.Count != target.Count)
                    {
                        return false;
                    }

                    for (int i = 0; i < local.Count; i++)
                    {
                        if (!Types(localBtf, local.Parameter(i).TypeId, targetBtf, target.Parameter(i).TypeId, depth + 1))
                        {
                            return false;
                        }
                    }

                    (localId, targetId) = (local.SizeOrType, target.SizeOrType);
                    break;
                default:
                    return false;
            }
        }

        return false;
    }
}
