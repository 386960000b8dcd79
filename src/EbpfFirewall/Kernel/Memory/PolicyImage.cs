using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Kernel.Memory;

/// <summary>A compiled policy ready to be written as lines: networks made flat, classes numbered.</summary>
/// <remarks>Immutable; safe for concurrent use.</remarks>
internal sealed class PolicyImage
{
    private readonly ClassRanges<uint> _ranges4;
    private readonly ClassRanges<UInt128> _ranges6;
    private uint _lineCount;

    private PolicyImage(
        CompiledPolicy policy, TermLines terms, ImmutableArray<int> ruleNumbers, ImmutableArray<ushort> exeNumbers, ClassRanges<uint> ranges4, ClassRanges<UInt128> ranges6)
    {
        Policy = policy;
        Terms = terms;
        RuleNumbers = ruleNumbers.IsEmpty ? 0 : ruleNumbers.Max() + 1;
        NumberOfRule = ruleNumbers;
        ExecutableNumbers = exeNumbers;
        _ranges4 = ranges4;
        _ranges6 = ranges6;
    }

    public CompiledPolicy Policy { get; }

    public TermLines Terms { get; }

    /// <summary>One more than the highest number of its rules.</summary>
    public int RuleNumbers { get; }

    /// <summary>The number of each of its rules.</summary>
    public ImmutableArray<int> NumberOfRule { get; }

    /// <summary>The number of each of its executables.</summary>
    public ImmutableArray<ushort> ExecutableNumbers { get; }

    /// <summary>Prepares a policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="ruleNumbers">The number of each of its rules.</param>
    /// <param name="exeNumbers">The number of each of its executables; none: counted from 1.</param>
    /// <exception cref="EgressFirewallException">The policy is larger than the kernel side can hold.</exception>
    public static PolicyImage Create(CompiledPolicy policy, ReadOnlySpan<int> ruleNumbers, ImmutableArray<ushort> exeNumbers = default)
    {
        if (exeNumbers.IsDefault)
        {
            exeNumbers = [.. Enumerable.Range(1, policy.Policy.Executables.Length).Select(number => (ushort)number)];
        }

        TermLines terms = TermLines.Create(policy, ruleNumbers, exeNumbers.AsSpan());
        var ranges4 = new ClassRanges<uint>(policy.Networks.Length);
        var ranges6 = new ClassRanges<UInt128>(0);
        Span<byte> octets = stackalloc byte[16];
        foreach (CompiledNetwork network in policy.Networks)
        {
            IPAddress address = network.Network.BaseAddress;
            address.TryWriteBytes(octets, out _);
            if (address.AddressFamily == AddressFamily.InterNetwork)
            {
                uint first = BinaryPrimitives.ReadUInt32BigEndian(octets);
                uint hosts = (uint)((1ul << (32 - network.Network.PrefixLength)) - 1);
                ranges4.Add(first, first | hosts, terms.Number(network.Class));
            }
            else
            {
                UInt128 first = BinaryPrimitives.ReadUInt128BigEndian(octets);
                UInt128 hosts = network.Network.PrefixLength == 0 ? UInt128.MaxValue : (UInt128.One << (128 - network.Network.PrefixLength)) - 1;
                ranges6.Add(first, first | hosts, terms.Number(network.Class));
            }
        }

        ranges4.Complete();
        ranges6.Complete();
        return new PolicyImage(policy, terms, [.. ruleNumbers], exeNumbers, ranges4, ranges6);
    }

    /// <summary>Lines that it takes.</summary>
    public uint CountLines() => _lineCount != 0 ? _lineCount : _lineCount = Count();

    /// <summary>Writes it, its own line first.</summary>
    /// <returns>How far an IPv4 address is shifted to find its slot in the index.</returns>
    public byte Write(ref LineWriter lines)
    {
        uint at = lines.Take(1);
        byte shift4 = AddressIndex4.Write(ref lines, _ranges4);
        ImageRecord image = new()
        {
            Mode = Policy.Policy.Mode,
            ListMode = Policy.Policy.Mode == PolicyMode.Observe ? Policy.Policy.ListMode : Policy.Policy.Mode,
            Flags = (byte)((Policy.Policy.StrictTtl ? ImageRecord.StrictTtl : 0)
                | (Policy.Policy.AllowsInbound ? ImageRecord.InboundAllowed : 0)
                | (Terms.Budgets.CountsAll ? ImageRecord.Metered : 0)),
            Terms = Terms.Write(ref lines),
            Unixes = UnixLines.Write(ref lines, Policy.UnixRules, index => NumberOfRule[index]),
            Exes = (uint)ExecutableNumbers.Length,
            Budgets = Terms.Budgets.Write(ref lines),
        };
        AddressIndex6.Write(ref lines, _ranges6, ref image);
        lines.At<ImageRecord>(at) = image;
        return shift4;
    }

    private uint Count()
    {
        LineWriter counter = LineWriter.Counting();
        Write(ref counter);
        return counter.Next;
    }
}
