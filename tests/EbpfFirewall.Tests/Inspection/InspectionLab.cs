using System.Buffers.Binary;
using System.Text;
using EbpfFirewall.Core.Tests.Support;
using EbpfFirewall.Native;

namespace EbpfFirewall.Tests.Inspection;

/// <summary>Gives the kernel's parsers (inspect.bpf.c) the segments of a connection, one test run each.</summary>
internal sealed class InspectionLab : IDisposable
{
    internal const uint FirstByte = Isn + 1;

    private const uint Isn = 0xffff_fff0; // sequence numbers wrap within the first bytes
    private const int EthernetBytes = 14;
    private const int TrialBytes = 16;

    private readonly Dictionary<string, int> _offsets;
    private readonly BpfObject _object;
    private readonly BpfProgram _program;
    private readonly BpfMapMemory _flows;
    private readonly byte[] _packet = new byte[EthernetBytes + TrialBytes + 4096];
    private bool _begins;

    internal InspectionLab(string program, bool goesOn = true)
    {
        byte[] bytes = File.ReadAllBytes(RepositoryFiles.PathOf("bpf", "objects", "inspect.bpf.o"));
        BpfObjectSpec spec = BpfObjectSpec.Parse(bytes, "inspect.bpf.o");
        _offsets = spec.TypeInformation!.FindStruct("efw_inspection")!.Fields.ToDictionary(field => field.Name, field => field.OffsetBytes);
        foreach (BpfProgramSpec other in spec.Programs.Values)
        {
            other.AutoLoad = other.Name == program;
        }

        _object = BpfObject.Load(spec);
        _program = _object.Programs[program];
        _flows = _object.Maps["efw_flows"].MapMemory();
        if (goesOn)
        {
            uint slot = program == "efw_trial_tls" ? 0u : 1u;
            _object.Maps["efw_again"].UpdateDescriptor(BitConverter.GetBytes(slot), _program.Handle);
        }

        Begin();
    }

    /// <summary>Segments that were run.</summary>
    internal int Runs { get; private set; }

    /// <summary>The state of the flow.</summary>
    internal InspectionAnswer State => (InspectionAnswer)_flows.Bytes[_offsets["state"]];

    /// <summary>A new connection.</summary>
    internal void Begin()
    {
        _flows.Bytes.Clear();
        _begins = true;
    }

    /// <summary>The bytes of a connection, cut at ascending positions.</summary>
    internal Inspection Read(ReadOnlySpan<byte> stream, params ReadOnlySpan<int> cuts)
    {
        Begin();
        int at = 0;
        foreach (int cut in cuts)
        {
            Send(FirstByte + (uint)at, stream[at..cut]);
            at = cut;
        }

        Send(FirstByte + (uint)at, stream[at..]);
        return Result();
    }

    /// <summary>One segment. Longer ones than a test run takes go in parts.</summary>
    internal InspectionAnswer Send(uint sequence, ReadOnlySpan<byte> payload, byte tcpFlags = 0)
    {
        const int Most = 2048;
        while (payload.Length > Most)
        {
            SendOne(sequence, payload[..Most], tcpFlags);
            sequence += Most;
            payload = payload[Most..];
        }

        return SendOne(sequence, payload, tcpFlags);
    }

    internal Inspection Result()
    {
        ReadOnlySpan<byte> state = _flows.Bytes;
        int length = state[_offsets["name_length"]];
        return new Inspection(
            State,
            length == 0 ? null : Encoding.Latin1.GetString(state.Slice(_offsets["name"], length)),
            BinaryPrimitives.ReadUInt16LittleEndian(state[_offsets["version"]..]),
            BinaryPrimitives.ReadUInt16LittleEndian(state[_offsets["flags"]..]) & Inspection.Told);
    }

    /// <summary>Nanoseconds that reading one segment from the start takes.</summary>
    internal double Measure(ReadOnlySpan<byte> payload, int repeat)
    {
        int length = Write(FirstByte, payload, 0, 2);
        return _program.TestRun(_packet.AsSpan(0, length), repeat: repeat).Duration.TotalNanoseconds;
    }

    public void Dispose()
    {
        _flows.Dispose();
        _object.Dispose();
    }

    private InspectionAnswer SendOne(uint sequence, ReadOnlySpan<byte> payload, byte tcpFlags)
    {
        int length = Write(sequence, payload, tcpFlags, _begins ? 1 : 0);
        _begins = false;
        Runs++;
        return (InspectionAnswer)_program.TestRun(_packet.AsSpan(0, length)).ReturnValue;
    }

    // struct efw_trial (inspect.bpf.c).
    private int Write(uint sequence, ReadOnlySpan<byte> payload, byte tcpFlags, int flags)
    {
        Span<byte> trial = _packet.AsSpan(EthernetBytes, TrialBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(trial, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(trial[4..], Isn);
        BinaryPrimitives.WriteUInt32LittleEndian(trial[8..], sequence);
        trial[12] = (byte)flags;
        trial[13] = tcpFlags;
        payload.CopyTo(_packet.AsSpan(EthernetBytes + TrialBytes));
        return EthernetBytes + TrialBytes + payload.Length;
    }
}
