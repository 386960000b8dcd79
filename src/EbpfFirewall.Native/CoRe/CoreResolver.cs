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

    /// <param name="relocation">One of the object's relocations.</param>
    /// <param name="kernel">Where to look for modules, or null for the target's types alone.</param>
    internal CoreResolution Resolve(CoreRelocation relocation, KernelTypes? kernel = null)
    {
        lock (_lock)
        {
            if (!_known.TryGetValue(relocation, out CoreResolution resolution))
            {
                resolution = Compute(relocation, kernel, out bool isLasting);
                if (isLasting)
                {
                    _known.Add(relocation, resolution);
                }
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

    private CoreResolution Compute(CoreRelocation relocation, KernelTypes? kernel, out bool isLasting)
    {
        isLasting = true;
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
        if (!AddMatches(relocation.Kind, wanted, root, Target, matches) && kernel is not null)
        {
            // Modules are asked only for types that the kernel itself has not; they may be loaded later, so nothing is remembered.
            isLasting = false;
            foreach (KernelModule module in kernel.Modules)
            {
                AddMatches(relocation.Kind, wanted, root, module.Types, matches);
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

    /// <summary>False when there is not even a type of this name and kind.</summary>
    private static bool AddMatches(
        CoreRelocationKind kind, CoreSpec wanted, BtfType root, Btf target, List<(CoreSpec Found, CoreResolution Resolution)> matches)
    {
        bool any = false;
        foreach (int candidate in target.Candidates(Btf.EssentialName(root.NameBytes)))
        {
            if (!CoreCompatibility.Kinds(target.Type(candidate), root))
            {
                continue;
            }

            any = true;
            if (CoreMatcher.Match(wanted, target, candidate, kind) is { } found)
            {
                matches.Add((found, CoreValue.Calculate(kind, wanted, found)));
            }
        }

        return any;
    }
}
