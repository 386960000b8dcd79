using System.Net;
using System.Runtime.InteropServices;
using EbpfFirewall.Core.Tests.Support;
using EbpfFirewall.Kernel;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Tests.Memory;

/// <summary>Policies in an array of their own, asked by the functions that the firewall's programs run (lookup.bpf.c).</summary>
internal sealed class PolicyLab : IPolicyTarget, IDisposable
{
    private const int EthernetBytes = 14;
    private const int ProbesPerPacket = 32;

    /// <summary>The attachment that the program asks for.</summary>
    private const uint Number = 1;
    private readonly BpfObject _object;

    internal PolicyLab(uint lines)
    {
        byte[] bytes = File.ReadAllBytes(RepositoryFiles.PathOf("bpf", "objects", "lookup.bpf.o"));
        BpfObjectSpec spec = BpfObjectSpec.Parse(bytes, "lookup.bpf.o");
        spec.Maps["efw_policy"].MaxEntries = PolicyLines.HeaderLines + lines;
        _object = BpfObject.Load(spec);
        Lines = new PolicyLines(_object.Maps["efw_policy"]);
        Memory = new PolicyMemory(Lines, Number);
    }

    internal PolicyLines Lines { get; }

    internal PolicyMemory Memory { get; }

    public LearnedLines Learned => Memory.Learned!;

    internal static PolicyImage Image(CompiledPolicy policy) => PolicyImage.Create(policy, new RuleNumbers().Prepare(policy.Policy).ByIndex);

    /// <summary>A lab with a policy in force.</summary>
    internal static PolicyLab With(PolicyImage image, uint learnedLines = 16)
    {
        var lab = new PolicyLab(2 * (image.CountLines() + learnedLines));
        lab.Memory.Publish(lab.Memory.TryPrepare(image, learnedLines)!);
        return lab;
    }

    public void Publish(PolicyImage image, IReadOnlyCollection<(AddressRecord Address, LeaseSlots Leases)> learned)
    {
        PreparedPolicy policy = Memory.TryPrepare(image, LearnedRoom) ?? throw new EgressFirewallException("EFW0000", "no room");
        foreach ((AddressRecord address, LeaseSlots leases) in learned)
        {
            policy.Learned.TryWrite(address, leases).Should().BeTrue();
        }

        Memory.Publish(policy);
    }

    /// <summary>Lines for learned addresses at the next publication.</summary>
    internal uint LearnedRoom { get; set; } = 16;

    /// <summary>Asks this policy from now on; nobody else reads the array, so nothing is waited for and nothing given back.</summary>
    /// <returns>False when there is no room left.</returns>
    internal bool TryUse(PolicyImage image)
    {
        if (Lines.TryPlace(image) is not { } placed)
        {
            return false;
        }

        Memory.Header.Active = HeaderRecord.ToActive(1, placed.First, placed.Shift4);
        return true;
    }

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

    /// <summary>True when the program says that there is no policy.</summary>
    internal bool AskWithoutPolicy(IPAddress address)
    {
        byte[] packet = new byte[EthernetBytes + Marshal.SizeOf<ProbeRecord>()];
        var probe = new ProbeRecord(AddressRecord.From(address), 0, 0);
        MemoryMarshal.Write(packet.AsSpan(EthernetBytes), in probe);
        return _object.Programs["efw_look_up"].TestRun(packet).ReturnValue == 1;
    }

    public void Dispose()
    {
        Lines.Dispose();
        _object.Dispose();
    }

    /// <summary><c>struct efw_probe</c> (lookup.bpf.c).</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 2)]
    private readonly record struct ProbeRecord(AddressRecord Address, int Class, int Learned);
}
