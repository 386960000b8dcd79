using EbpfFirewall.Native.BtfModel;

namespace EbpfFirewall.Native.CoRe;

/// <summary>The value of a relocation, on the object's side and on the target's.</summary>
internal static class CoreValue
{
    private readonly record struct Answer(bool IsMissing, ulong Value, long Size, int SizedType, bool Validate);

    /// <summary>Compares both sides. A target of null means that nothing there fits.</summary>
    internal static CoreResolution Calculate(CoreRelocationKind kind, CoreSpec local, CoreSpec? target)
    {
        Answer original = Of(kind, local);
        Answer now = Of(kind, target);
        CoreResolution result = new(now.IsMissing, original.Value, now.Value, original.Validate);
        if (kind != CoreRelocationKind.FieldByteOffset || now.IsMissing || original.Size == now.Size)
        {
            return result;
        }

        // A field of another width: pointers and unsigned integers may be loaded in the target's width, the value stays the same.
        BtfType before = local.Btf.Skip(original.SizedType);
        BtfType after = target!.Btf.Skip(now.SizedType);
        bool extends = (before.Kind == BtfKind.Pointer && after.Kind == BtfKind.Pointer)
            || (before.Kind == BtfKind.Integer && after.Kind == BtfKind.Integer && !before.IsSigned && !after.IsSigned);
        return result with { OriginalSize = original.Size, Size = now.Size, CannotResize = original.Size == 0 || now.Size == 0 || !extends };
    }

    private static Answer Of(CoreRelocationKind kind, CoreSpec? spec)
    {
        switch (kind)
        {
            case CoreRelocationKind.FieldExists or CoreRelocationKind.TypeExists or CoreRelocationKind.TypeMatches
                or CoreRelocationKind.EnumeratorExists:
                return Known(spec is null ? 0UL : 1UL);
            case CoreRelocationKind.TypeIdTarget:
                return Known((ulong)(spec?.RootTypeId ?? 0)) with { Validate = false };
            case CoreRelocationKind.TypeSize:
                return Known(spec is null ? 0UL : (ulong)Math.Max(0, spec.Btf.SizeOf(spec.RootTypeId)));
            case CoreRelocationKind.EnumeratorValue when spec is not null:
                return Known(spec.Btf.Type(spec.Last.TypeId).Enumerator(spec.Last.Index).Value);
            default:
                return spec is null || spec.Steps.Count == 0 ? new Answer(IsMissing: true, 0, 0, 0, Validate: true) : OfField(kind, spec);
        }
    }

    private static Answer Known(ulong value) => new(IsMissing: false, value, 0, 0, Validate: true);

    private static Answer OfField(CoreRelocationKind kind, CoreSpec spec)
    {
        Btf btf = spec.Btf;
        CoreAccessor last = spec.Last;
        if (last.Name is null)
        {
            long size = btf.SizeOf(last.TypeId);
            return kind switch
            {
                CoreRelocationKind.FieldByteOffset => Known((ulong)(spec.BitOffset / 8)) with { Size = size, SizedType = last.TypeId },
                CoreRelocationKind.FieldByteSize => Known((ulong)size),
                _ => throw new BpfFormatException(BtfExtension.SectionName, 0, $"{kind} of an array element is not defined"),
            };
        }

        BtfMember member = btf.Type(last.TypeId).Member(last.Index);
        BtfType type = btf.Skip(member.TypeId);
        bool isBitfield = member.BitSize > 0;
        (long byteOffset, long byteSize) = isBitfield
            ? Container(spec.BitOffset, member.BitSize, Math.Max(1, type.SizeOrType))
            : (spec.BitOffset / 8, btf.SizeOf(type.Id));
        long bits = isBitfield ? member.BitSize : byteSize * 8;
        return kind switch
        {
            CoreRelocationKind.FieldByteOffset => isBitfield
                ? Known((ulong)byteOffset) with { Validate = false }
                : Known((ulong)byteOffset) with { Size = byteSize, SizedType = type.Id },
            CoreRelocationKind.FieldByteSize => Known((ulong)byteSize) with { Validate = !isBitfield },
            CoreRelocationKind.FieldSigned => Known(IsSigned(type) ? 1UL : 0UL),
            CoreRelocationKind.FieldLeftShift => Known((ulong)(BitConverter.IsLittleEndian
                ? 64 - (spec.BitOffset + bits - (byteOffset * 8))
                : ((8 - byteSize) * 8) + (spec.BitOffset - (byteOffset * 8)))) with
            { Validate = !isBitfield },
            _ => Known((ulong)(64 - bits)),
        };
    }

    /// <summary>The aligned word, as small as possible, that holds a whole bitfield.</summary>
    private static (long Offset, long Size) Container(long bitOffset, long bits, long size)
    {
        while (true)
        {
            long offset = bitOffset / 8 / size * size;
            if (bitOffset + bits - (offset * 8) <= size * 8)
            {
                return (offset, size);
            }

            size = size < 8 ? size * 2 : throw new BpfFormatException(BtfExtension.SectionName, 0, "a bitfield does not fit into 64 bits");
        }
    }

    private static bool IsSigned(BtfType type) =>
        (type.IsAnyEnum && type.KindFlag) || (type.Kind == BtfKind.Integer && type.IsSigned);
}
