using EbpfFirewall.Native.BtfModel;
using EbpfFirewall.Native.CoRe;
using EbpfFirewall.Native.Elf;
using EbpfFirewall.Native.Interop;
using EbpfFirewall.Native.Objects;
using EbpfFirewall.Native.Tests.Support;

namespace EbpfFirewall.Native.Tests.Fuzz;

/// <summary>Does with bytes all that is done before the kernel is asked, and measures what that costs.</summary>
internal static class ParserTarget
{
    private const long AllowedBytes = 1 << 20;
    private const long AllowedBytesPerByte = 600;
    private const long AllowedNanoseconds = 500_000_000;
    private const long AllowedNanosecondsPerByte = 20_000;
    private const int ThreadProcessorTime = 3;

    /// <summary>The types that relocations are resolved against: always the same, whatever kernel runs.</summary>
    internal static Btf Kernel { get; } = TestObject.Parse("kernel_types").TypeInformation!;

    /// <summary>False when the input was refused. Throws when it was not refused properly, or cost too much.</summary>
    internal static bool Accepts(byte[] input)
    {
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        long time = LibC.ReadClockNanoseconds(ThreadProcessorTime);
        bool accepted;
        try
        {
            Exercise(input);
            accepted = true;
        }
        catch (Exception refusal) when (refusal is BpfFormatException or BpfException)
        {
            accepted = false;
        }

        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        time = LibC.ReadClockNanoseconds(ThreadProcessorTime) - time;
        return bytes > AllowedBytes + (AllowedBytesPerByte * input.Length) + (4 * ClaimedBytes(input)) || time > AllowedNanoseconds + (AllowedNanosecondsPerByte * input.Length)
            ? throw new InvalidOperationException($"{input.Length} bytes of input cost {bytes} bytes of memory and {time / 1000} µs of processor time")
            : accepted;
    }

    /// <summary>Zeroed sections take no room in the file; the library bounds them together, and each copy of an object has its own.</summary>
    private static long ClaimedBytes(byte[] input)
    {
        const long Bound = 64 << 20;
        try
        {
            return Math.Min(Bound, ElfFile.Parse(input).Sections.Where(static s => s.Type == ElfSection.NoBits).Sum(static s => s.Size));
        }
        catch (BpfFormatException)
        {
            return 0;
        }
    }

    private static void Exercise(byte[] input)
    {
        BpfObjectSpec spec = BpfObjectSpec.Parse(input).Copy();
        foreach (BpfProgramSpec program in spec.Programs.Values)
        {
            LinkedProgram linked = ProgramLinker.Link(program.Function);
            if (spec.TypeInformation is null || linked.CoreRelocations.Count == 0)
            {
                continue;
            }

            CoreResolver resolver = spec.Parsed.ResolverFor(Kernel);
            for (int i = 0; i < linked.CoreRelocations.Count; i++)
            {
                (int index, CoreRelocation relocation) = linked.CoreRelocations[i];
                CorePatcher.Apply(linked.Code, index, resolver.Resolve(relocation), resolver.Describe(relocation));
            }
        }

        if (spec.TypeInformation is { } btf)
        {
            btf.FindStruct("answers");
            BtfLoader.Sanitize(btf);
        }
    }
}
