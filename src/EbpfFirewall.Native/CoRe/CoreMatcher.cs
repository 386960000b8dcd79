using System.Text;
using EbpfFirewall.Native.BtfModel;

namespace EbpfFirewall.Native.CoRe;

/// <summary>Finds in the target's types the place that the object means.</summary>
internal static class CoreMatcher
{
    private const int DeepestNesting = 32;

    /// <summary>Null when the candidate has no such place.</summary>
    internal static CoreSpec? Match(CoreSpec local, Btf target, int candidateId, CoreRelocationKind kind)
    {
        CoreSpec found = new(target, candidateId);
        if (CoreSpec.IsTypeBased(kind))
        {
            bool fits = kind == CoreRelocationKind.TypeMatches
                ? CoreShape.Matches(local.Btf, local.RootTypeId, target, candidateId)
                : CoreCompatibility.Types(local.Btf, local.RootTypeId, target, candidateId);
            return fits ? found : null;
        }

        BtfType type = target.Skip(candidateId);
        if (CoreSpec.IsEnumeratorBased(kind))
        {
            return MatchEnumerator(local, type, found) ? found : null;
        }

        for (int i = 0; i < local.Steps.Count; i++)
        {
            CoreAccessor step = local.Steps[i];
            BtfType? next = step.Name is null
                ? MatchElement(step, i, type, found)
                : MatchMember(local.Btf, step, type, found, 0);
            if (next is null)
            {
                return null;
            }

            type = target.Skip(next.Value.Id);
        }

        return found;
    }

    private static bool MatchEnumerator(CoreSpec local, BtfType type, CoreSpec found)
    {
        if (!type.IsAnyEnum)
        {
            return false;
        }

        ReadOnlySpan<byte> wanted = Btf.EssentialName(Encoding.UTF8.GetBytes(local.Last.Name!));
        for (int i = 0; i < type.Count; i++)
        {
            uint name = type.Enumerator(i).NameOffset;
            if (Btf.EssentialName(type.Owner.StringBytes(name)).SequenceEqual(wanted))
            {
                found.Steps.Add(new CoreAccessor(type.Id, i, type.Owner.String(name)));
                return true;
            }
        }

        return false;
    }

    private static BtfType? MatchElement(CoreAccessor step, int position, BtfType type, CoreSpec found)
    {
        // The first step indexes the root itself, as in p[2].
        if (position > 0)
        {
            if (type.Kind != BtfKind.Array || (step.Index >= type.ElementCount && !found.IsFlexible(type)))
            {
                return null;
            }

            type = type.Owner.Skip(type.ElementType);
        }

        long size = type.Owner.SizeOf(type.Id);
        if (size is < 0 or > int.MaxValue)
        {
            return null;
        }

        found.Steps.Add(new CoreAccessor(type.Id, step.Index, null));
        found.BitOffset += step.Index * size * 8;
        return type;
    }

    private static BtfType? MatchMember(Btf localBtf, CoreAccessor step, BtfType type, CoreSpec found, int depth)
    {
        if (!type.IsComposite || depth > DeepestNesting)
        {
            return null;
        }

        for (int i = 0; i < type.Count; i++)
        {
            BtfMember member = type.Member(i);
            found.BitOffset += member.BitOffset;
            if (member.NameOffset == 0)
            {
                if (MatchMember(localBtf, step, type.Owner.Skip(member.TypeId), found, depth + 1) is { } inner)
                {
                    return inner;
                }
            }
            else if (type.Owner.String(member.NameOffset) == step.Name)
            {
                BtfMember wanted = localBtf.Type(step.TypeId).Member(step.Index);
                if (CoreCompatibility.Fields(localBtf, wanted.TypeId, type.Owner, member.TypeId))
                {
                    found.Steps.Add(new CoreAccessor(type.Id, i, step.Name));
                    return type.Owner.Type(member.TypeId);
                }

                found.BitOffset -= member.BitOffset;
                return null;
            }

            found.BitOffset -= member.BitOffset;
        }

        return null;
    }
}
