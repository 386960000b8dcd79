using System.Text;
using EbpfFirewall.Native.BtfModel;

namespace EbpfFirewall.Native.CoRe;

/// <summary>Resolves the relocations of one object against one set of target types.</summary>
/// <remarks>Safe for concurrent use; results are remembered, so that loading the same object again costs nothing.</remarks>
internal sealed class CoreResolver(Btf local, Btf target)
{
    private readonly Dictionary<CoreRelocation, CoreResolution> _known = [];
    private readonly Lock _lock = new();

    internal Btf Target { get; } = target;

    internal CoreResolution Resolve(CoreRelocation relocation)
    {
        lock (_lock)
        {
            if (!_known.TryGetValue(relocation, out CoreResolution resolution))
            {
                resolution = Compute(relocation);
                _known.Add(relocation, resolution);
            }

            return resolution;
        }
    }

    /// <summary>For messages: <c>byte offset of struct task_struct.mm</c>.</summary>
    internal string Describe(CoreRelocation relocation)
    {
        string what = relocation.Kind switch
        {
            CoreRelocationKind.FieldByteOffset => "offset of",
            CoreRelocationKind.FieldByteSize => "size of",
            CoreRelocationKind.FieldSigned => "signedness of",
            CoreRelocationKind.FieldLeftShift or CoreRelocationKind.FieldRightShift => "bitfield",
            CoreRelocationKind.EnumeratorValue => "value of",
            CoreRelocationKind.TypeSize => "size of",
            _ => "",
        };
        return $"{what} {CoreSpec.Parse(local, relocation)}".Trim();
    }

    private CoreResolution Compute(CoreRelocation relocation)
    {
        CoreSpec wanted = CoreSpec.Parse(local, relocation);
        if (relocation.Kind == CoreRelocationKind.TypeIdLocal)
        {
            return new CoreResolution(false, (uint)relocation.TypeId, (uint)relocation.TypeId, Validate: false);
        }

        BtfType root = local.Type(relocation.TypeId);
        ReadOnlySpan<byte> name = Btf.EssentialName(root.NameBytes);
        if (name.IsEmpty)
        {
            throw new BpfFormatException(BtfExtension.SectionName, 0, "a CO-RE relocation of an anonymous type cannot be resolved");
        }

        List<(CoreSpec Found, CoreResolution Resolution)> matches = [];
        foreach (int candidate in Target.Candidates(name))
        {
            if (CoreCompatibility.Kinds(Target.Type(candidate), root)
                && CoreMatcher.Match(wanted, Target, candidate, relocation.Kind) is { } found)
            {
                matches.Add((found, CoreValue.Calculate(relocation.Kind, wanted, found)));
            }
        }

        if (matches is [])
        {
            return CoreValue.Calculate(relocation.Kind, wanted, null);
        }

        (CoreSpec place, CoreResolution result) = matches[0];
        bool isAmbiguous = matches.Exists(m => m.Found.BitOffset != place.BitOffset
            || m.Resolution.IsPoison != result.IsPoison || m.Resolution.Value != result.Value);
        return isAmbiguous
            ? throw new BpfException(
                Errno.EINVAL, $"relocate {wanted}", $"The kernel has several types named '{Encoding.UTF8.GetString(name)}' that disagree about it.")
            : result;
    }
}
