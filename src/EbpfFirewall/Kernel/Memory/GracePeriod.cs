using System.Runtime.InteropServices;
using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel.Memory;

/// <summary>
/// Waits until every program that was running has ended. The kernel does so before it returns from an update of a map of maps, since
/// a program may still use the inner map that was replaced.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal static class GracePeriod
{
    private static readonly Lazy<(BpfMap Outer, BpfMap Inner)> Maps = new(Create);

    /// <summary>Waits; some ten milliseconds.</summary>
    /// <exception cref="BpfException">The kernel refused the map.</exception>
    public static void Wait()
    {
        (BpfMap outer, BpfMap inner) = Maps.Value;
        uint slot = 0;
        outer.UpdateDescriptor(MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in slot)), inner.Handle);
    }

    private static (BpfMap Outer, BpfMap Inner) Create()
    {
        var innerSpec = new BpfMapSpec("efw_grace_in", BpfMapType.Array, sizeof(uint), sizeof(uint), 1);
        var outerSpec = new BpfMapSpec("efw_grace", BpfMapType.ArrayOfMaps, sizeof(uint), sizeof(uint), 1) { Inner = innerSpec };
        return (BpfMap.Create(outerSpec), BpfMap.Create(innerSpec));
    }
}
