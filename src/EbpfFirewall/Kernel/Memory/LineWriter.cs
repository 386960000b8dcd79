using System.Runtime.CompilerServices;
using EbpfFirewall.Kernel.Records;

namespace EbpfFirewall.Kernel.Memory;

/// <summary>
/// Hands out lines of a policy one after the other. Without memory it only counts them: the same code then says how many a policy
/// needs.
/// </summary>
internal ref struct LineWriter
{
    private readonly Span<LineRecord> _lines;

    private LineWriter(Span<LineRecord> lines, bool counts, uint next)
    {
        _lines = lines;
        IsCounting = counts;
        Next = next;
    }

    /// <summary>True without memory: what is written goes nowhere, and need not be.</summary>
    public readonly bool IsCounting { get; }

    /// <summary>Number of the line that is handed out next.</summary>
    public uint Next { get; private set; }

    /// <summary>Writes into zeroed lines.</summary>
    /// <param name="lines">All lines of the array.</param>
    /// <param name="next">The first to hand out.</param>
    public static LineWriter Into(Span<LineRecord> lines, uint next) => new(lines, false, next);

    public static LineWriter Counting() => new(new LineRecord[1], true, 0);

    /// <summary>Hands out lines that stand one after the other.</summary>
    /// <returns>The first.</returns>
    public uint Take(uint count)
    {
        uint first = Next;
        Next = checked(first + count);
        return first;
    }

    /// <summary>A line as what it holds.</summary>
    public readonly ref T At<T>(uint line)
        where T : unmanaged => ref Unsafe.As<LineRecord, T>(ref _lines[IsCounting ? 0 : (int)line]);
}
