using System.Net;
using System.Runtime.InteropServices;
using EbpfFirewall.Core.Tests.Support;
using EbpfFirewall.Kernel;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Tests.Memory;

/// <summary>A policy in an array of its own, asked by the functions that the firewall's programs run (lookup.bpf.c).</summary>
internal sealed class PolicyLab : IPolicyTarget, IDisposable
{
    private const int EthernetBytes = 14;
    private const int ProbesPerPacket = 32;
    private readonly BpfObject _object;

    internal PolicyLab(uint lines)
    {
        byte[] bytes = File.ReadAllBytes(RepositoryFiles.PathOf("bpf", "objects", "lookup.bpf.o"));
        BpfObjectSpec spec = BpfObjectSpec.Parse(bytes, "lookup.bpf.o");
        spec.Maps["efw_policy"].MaxEntries = lines;
        _object = BpfObject.Load(spec);
        Memory = new PolicyMemory(_object.Maps["efw_policy"]);
    }

    internal PolicyMemory Memory { get; }

    internal static PolicyImage Image(CompiledPolicy policy) => PolicyImage.Create(policy, new RuleNumbers().Prepare(policy.Policy).ByIndex);

    /// <summary>A lab with a policy in force.</summary>
    internal static PolicyLab With(PolicyImage image, uint learnedLines = 16)
    {
        var lab = new PolicyLab(PolicyMemory.LinesFor(image.CountLines(learnedLines)));
        lab.Memory.Publish(lab.Memory.TryPrepare(image, learnedLines)!);
        return lab;
    }

    public LearnedLines Publish(PolicyImage image, IReadOnlyCollection<(AddressRecord Address, LeaseSlots Leases)> learned)
    {
        PreparedRevision revision = Memory.TryPrepare(image, LearnedRoom) ?? throw new EgressFirewallException("EFW0000", "no room");
        foreach ((AddressRecord address, LeaseSlots leases) in learned)
        {
            revision.Learned.TryWrite(address, leases).Should().BeTrue();
        }

        Memory.Publish(revision);
        return revision.Learned;
    }

    /// <summary>Lines for learned addresses at the next publication.</summary>
    internal uint LearnedRoom { get; set; } = 16;

    /// <summary>The class number of each address, and whether it is among the learned ones.</summary>
    internal (int Class, bool IsLearned)[] Ask(IReadOnlyList<IPAddress> addresses)
    {
        BpfProgram program = _object.Programs["efw_look_up"];
        var answers = new (int Class, bool IsLearned)[addresses.Count];
        byte[] packet = new byte[EthernetBytes + (ProbesPerPacket * Marshal.SizeOf<ProbeRecord>())];
        byte[] reply = new byte[packet.Length];
        for (int at = 0; at < addresses.Count; at += ProbesPerPacket)
        {
            int count = Math.Min(ProbesPerPacket, addresses.Count - at);
            Span<ProbeRecord> probes = MemoryMarshal.Cast<byte, ProbeRecord>(packet.AsSpan(EthernetBytes));
            for (int i = 0; i < count; i++)
            {
                probes[i] = new ProbeRecord(AddressRecord.From(addresses[at + i]), -99, -99);
            }

            program.TestRun(packet, reply).ReturnValue.Should().Be(0);
            Span<ProbeRecord> results = MemoryMarshal.Cast<byte, ProbeRecord>(reply.AsSpan(EthernetBytes));
            for (int i = 0; i < count; i++)
            {
                answers[at + i] = (results[i].Class, results[i].Learned > 0);
            }
        }

        return answers;
    }

    public void Dispose()
    {
        Memory.Dispose();
        _object.Dispose();
    }

    /// <summary><c>struct efw_probe</c> (lookup.bpf.c).</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 2)]
    private readonly record struct ProbeRecord(AddressRecord Address, int Class, int Learned);
}
