using System.Runtime.InteropServices;
using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel.Memory;

/// <summary>
/// Waits until every program that was running has ended. The kernel does so before it returns from an update of a map of maps, since
/// a program may still use the inner map that was replaced.
/// </summary>
/// <remarks>Safe for concurrent use; those who wait at the same time share one.</remarks>
internal static class GracePeriod
{
    private static readonly Lock Gate = new();
    private static readonly Lazy<(BpfMap Outer, BpfMap Inner)> Maps = new(Create);
    private static long _begun;
    private static long _ended;

    /// <summary>What happens before this is asked is over once <see cref="WaitSince"/> returns for it.</summary>
    public static long Now => Interlocked.Read(ref _begun);

    /// <summary>Waits for the programs that run now; some ten milliseconds.</summary>
    /// <exception cref="BpfException">The kernel refused the map.</exception>
    public static void Wait() => WaitSince(Now);

    /// <summary>Waits for the programs that ran at a time, unless that has been done since.</summary>
    /// <param name="time">Of <see cref="Now"/>.</param>
    /// <exception cref="BpfException">The kernel refused the map.</exception>
    public static void WaitSince(long time)
    {
        lock (Gate)
        {
            if (Interlocked.Read(ref _ended) > time)
            {
                return;
            }

            long begun = Interlocked.Increment(ref _begun);
            (BpfMap outer, BpfMap inner) = Maps.Value;
            uint slot = 0;
            outer.UpdateDescriptor(MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in slot)), inner.Handle);
            Interlocked.Exchange(ref _ended, begun);
        }
    }

    private static (BpfMap Outer, BpfMap Inner) Create()
    {
        var innerSpec = new BpfMapSpec("efw_grace_in", BpfMapType.Array, sizeof(uint), sizeof(uint), 1);
        var outerSpec = new BpfMapSpec("efw_grace", BpfMapType.ArrayOfMaps, sizeof(uint), sizeof(uint), 1) { Inner = innerSpec };
        return (BpfMap.Create(outerSpec), BpfMap.Create(innerSpec));
    }
}
