using EbpfFirewall.Native.CoRe;

namespace EbpfFirewall.Native.Objects;

/// <summary>What the parser found; immutable, shared by all copies of a specification.</summary>
internal sealed class ParsedObject
{
    private volatile CoreResolver? _resolver;

    internal required bool IsLittleEndian { get; init; }

    internal required string License { get; init; }

    internal required uint KernelVersion { get; init; }

    internal required Btf? Btf { get; init; }

    /// <summary>Kernel symbols in order of their names; true for those declared <c>void</c>, of which only the address is wanted.</summary>
    internal required SortedList<string, bool> KernelSymbols { get; init; }

    internal required IReadOnlyList<BpfMapSpec> Maps { get; init; }

    internal required IReadOnlyList<BpfProgramSpec> Programs { get; init; }

    internal required IReadOnlyList<BpfVariableSpec> Variables { get; init; }

    /// <summary>What the kernel's configuration fills when the object is loaded.</summary>
    internal required IReadOnlyList<ConfigurationVariable> Configuration { get; init; }

    /// <summary>Number of a kernel symbol among all that the loader fills in, the configuration's first.</summary>
    internal int PlaceOfSymbol(string name) => Configuration.Count + Math.Max(0, KernelSymbols.IndexOfKey(name));

    /// <summary>Relocations against a set of types, remembered: the next load of this object finds them resolved.</summary>
    internal CoreResolver ResolverFor(Btf target)
    {
        CoreResolver? resolver = _resolver;
        if (resolver is null || !ReferenceEquals(resolver.Target, target))
        {
            _resolver = resolver = new CoreResolver(Btf!, target);
        }

        return resolver;
    }
}
