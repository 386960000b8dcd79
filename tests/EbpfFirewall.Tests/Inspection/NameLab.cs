using System.Runtime.InteropServices;
using System.Text;
using EbpfFirewall.Core.Tests.Support;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Tests.Inspection;

/// <summary>Asks the kernel's look-up of names (inspect.bpf.c) for the class of a name.</summary>
internal sealed class NameLab : IDisposable
{
    private const int HeadBytes = 14 + 16;
    private readonly BpfObject _object;
    private readonly BpfProgram _program;
    private readonly BpfMapMemory _memory;
    private readonly byte[] _packet = new byte[HeadBytes + 256];

    internal NameLab(uint lines = 1 << 16)
    {
        BpfObjectSpec spec = BpfObjectSpec.Parse(File.ReadAllBytes(RepositoryFiles.PathOf("bpf", "objects", "inspect.bpf.o")), "inspect.bpf.o");
        spec.Maps["efw_policy"].MaxEntries = lines;
        foreach (BpfProgramSpec other in spec.Programs.Values)
        {
            other.AutoLoad = other.Name == "efw_trial_name";
        }

        _object = BpfObject.Load(spec);
        _program = _object.Programs["efw_trial_name"];
        _memory = _object.Maps["efw_policy"].MapMemory();
    }

    /// <summary>Puts the names of a policy in place; returns how the classes are numbered.</summary>
    internal TermLines Put(CompiledPolicy policy, Func<ulong>? seeds = null)
    {
        TermLines terms = TermLines.Create(policy, new RuleNumbers().Prepare(policy.Policy).ByIndex);
        NameLines names = seeds is null ? NameLines.Create(policy, terms) : NameLines.Create(policy, terms, seeds);
        Span<LineRecord> lines = MemoryMarshal.Cast<byte, LineRecord>(_memory.Bytes);
        lines[..(int)(1 + names.LineCount)].Clear();
        LineWriter writer = LineWriter.Into(lines, 1);
        uint at = names.Write(ref writer);
        writer.Next.Should().Be(1 + names.LineCount);
        _memory.At<HeaderRecord>(0).Active = at;
        return terms;
    }

    /// <summary>The number of the class; 0 for none, below that it is to be denied.</summary>
    internal int Ask(string name)
    {
        int length = Encoding.Latin1.GetBytes(name, _packet.AsSpan(HeadBytes));
        return (int)_program.TestRun(_packet.AsSpan(0, HeadBytes + length)).ReturnValue;
    }

    /// <summary>Overwrites octets of a line.</summary>
    internal Span<byte> Line(uint line) => _memory.Slice(line * (long)LineRecord.SizeBytes, LineRecord.SizeBytes);

    internal double Measure(string name)
    {
        int length = Encoding.Latin1.GetBytes(name, _packet.AsSpan(HeadBytes));
        return _program.TestRun(_packet.AsSpan(0, HeadBytes + length), repeat: 100_000).Duration.TotalNanoseconds;
    }

    public void Dispose()
    {
        _memory.Dispose();
        _object.Dispose();
    }
}
