using System.Buffers.Binary;
using System.Runtime.InteropServices;
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
    private const int StateOffset = 8;
    private const int NameLengthOffset = 10;
    private const int FlagsOffset = 14;
    private const int VersionOffset = 16;
    private const int NameOffset = 96;

    private readonly BpfObject _object;
    private readonly BpfProgram _program;
    private readonly BpfMapMemory _flows;
    private readonly byte[] _packet = new byte[EthernetBytes + TrialBytes + 4096];
    private bool _begins;

    internal InspectionLab(string program, bool goesOn = true)
    {
        byte[] bytes = File.ReadAllBytes(RepositoryFiles.PathOf("bpf", "objects", "inspect.bpf.o"));
        _object = BpfObject.Load(BpfObjectSpec.Parse(bytes, "inspect.bpf.o"));
        _program = _object.Programs[program];
        _flows = _object.Maps["efw_flows"].MapMemory();
        if (goesOn)
        {
            _object.Maps["efw_again"].UpdateDescriptor(BitConverter.GetBytes(0), _object.Programs["efw_trial_tls"].Handle);
        }

        Begin();
    }

    /// <summary>Segments that were run.</summary>
    internal int Runs { get; private set; }

    /// <summary>The state of the flow.</summary>
    internal InspectionAnswer State => (InspectionAnswer)_flows.Bytes[StateOffset];

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
        int length = state[NameLengthOffset];
        return new Inspection(
            State,
            length == 0 ? null : Encoding.Latin1.GetString(state.Slice(NameOffset, length)),
            BinaryPrimitives.ReadUInt16LittleEndian(state[VersionOffset..]),
            BinaryPrimitives.ReadUInt16LittleEndian(state[FlagsOffset..]) & Inspection.Told);
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
