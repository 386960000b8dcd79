using EbpfFirewall.Native.BtfModel;

namespace EbpfFirewall.Native.CoRe;

/// <summary>
/// <c>type_matches</c>: the target has everything the local type has, under the same names and with matching types. Structures
/// behind a pointer need only agree in name and kind.
/// </summary>
internal static class CoreShape
{
    private const int DeepestNesting = 32;

    internal static bool Matches(Btf localBtf, int localId, Btf targetBtf, int targetId) =>
        Matches(localBtf, localId, targetBtf, targetId, behindPointer: false, DeepestNesting);

    private static bool Matches(Btf localBtf, int localId, Btf targetBtf, int targetId, bool behindPointer, int level)
    {
        for (; level > 0; level--)
        {
            BtfType local = localBtf.Skip(localId);
            BtfType target = targetBtf.Skip(targetId);
            if (!NamesMatch(local.NameBytes, target.NameBytes))
            {
                return false;
            }

            switch (local.Kind)
            {
                case BtfKind.Void:
                    return target.Kind == BtfKind.Void;
                case BtfKind.Forward:
                    return ForwardMatches(local.KindFlag, target);
                case BtfKind.Enum or BtfKind.Enum64:
                    return target.IsAnyEnum && EnumeratorsMatch(local, target);
                case BtfKind.Struct or BtfKind.Union when behindPointer:
                    return local.Kind == target.Kind
                        || (target.Kind == BtfKind.Forward && (local.Kind == BtfKind.Union) == target.KindFlag);
                case BtfKind.Struct or BtfKind.Union:
                    return local.Kind == target.Kind && MembersMatch(local, target, level);
                case BtfKind.Integer:
                    return target.Kind == BtfKind.Integer && local.IntegerBits == target.IntegerBits && local.IsSigned == target.IsSigned;
                case BtfKind.Pointer when target.Kind == BtfKind.Pointer:
                    behindPointer = true;
                    (localId, targetId) = (local.SizeOrType, target.SizeOrType);
                    break;
                case BtfKind.Array when target.Kind == BtfKind.Array && local.ElementCount == target.ElementCount:
                    (localId, targetId) = (local.ElementType, target.ElementType);
                    break;
                case BtfKind.FunctionPrototype when target.Kind == BtfKind.FunctionPrototype && local.Count == target.Count:
                    for (int i = 0; i < local.Count; i++)
                    {
                        if (!Matches(localBtf, local.Parameter(i).TypeId, targetBtf, target.Parameter(i).TypeId, behindPointer, level - 1))
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

    private static bool ForwardMatches(bool localIsUnion, BtfType target) => target.Kind switch
    {
        BtfKind.Forward => target.KindFlag == localIsUnion,
        BtfKind.Struct => !localIsUnion,
        BtfKind.Union => localIsUnion,
        _ => false,
    };

    private static bool EnumeratorsMatch(BtfType local, BtfType target)
    {
        if (local.SizeOrType != target.SizeOrType || local.Count > target.Count)
        {
            return false;
        }

        for (int i = 0; i < local.Count; i++)
        {
            bool found = false;
            for (int j = 0; j < target.Count && !found; j++)
            {
                found = NamesMatch(
                    local.Owner.StringBytes(local.Enumerator(i).NameOffset), target.Owner.StringBytes(target.Enumerator(j).NameOffset));
            }

            if (!found)
            {
                return false;
            }
        }

        return true;
    }

    private static bool MembersMatch(BtfType local, BtfType target, int level)
    {
        if (local.Count > target.Count)
        {
            return false;
        }

        for (int i = 0; i < local.Count; i++)
        {
            BtfMember wanted = local.Member(i);
            bool found = false;
            for (int j = 0; j < target.Count && !found; j++)
            {
                BtfMember member = target.Member(j);
                found = NamesMatch(local.Owner.StringBytes(wanted.NameOffset), target.Owner.StringBytes(member.NameOffset))
                    && Matches(local.Owner, wanted.TypeId, target.Owner, member.TypeId, behindPointer: false, level - 1);
            }

            if (!found)
            {
                return false;
            }
        }

        return true;
    }

    private static bool NamesMatch(ReadOnlySpan<byte> local, ReadOnlySpan<byte> target) =>
        Btf.EssentialName(local).SequenceEqual(Btf.EssentialName(target));
}
