using System.Numerics;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;
using EbpfFirewall.Sandboxes;

namespace EbpfFirewall.Kernel;

/// <summary>
/// The kernel side of one sandbox or interface: its header and policy in a bank, and where its programs stand. Until a policy is
/// published it denies everything.
/// </summary>
/// <remarks>One owner; reading counters is safe beside it.</remarks>
internal sealed class KernelAttachment : IPolicyTarget, IDisposable
{
    private const int RulesMin = 16;
    private const int RulesMax = 65_536;
    private const uint LearnedLinesMin = 64;

    private readonly KernelEngine _engine;
    private readonly PinFolder _pins;
    private readonly IAttachPoint _point;
    private readonly uint _number;
    private KernelSlot _slot;
    private PolicyBank _bank;
    private PolicyMemory _memory;
    private TrafficCounters _traffic;
    private bool _disposed;

    private KernelAttachment(KernelEngine engine, KernelSlot slot, TrafficCounters traffic, in AttachmentSettings settings, IAttachPoint point, PinFolder pins)
    {
        _point = point;
        _engine = engine;
        _slot = slot;
        _number = slot.Number;
        _bank = slot.Bank;
        _pins = pins;
        _traffic = traffic;
        _memory = new PolicyMemory(_bank.Lines, _number);
        Id = engine.NextId();
        ref HeaderRecord header = ref _memory.Header;
        header.Id = Id;
        header.Traffic = traffic.Range;
        header.DnsPort4 = settings.DnsPort4;
        header.DnsPort6 = settings.DnsPort6;
        header.Flags = settings.Flags;
    }

    /// <summary>Names it in events and tables; never used again by this firewall.</summary>
    public uint Id { get; }

    /// <summary>Its line.</summary>
    public ref HeaderRecord Header => ref _memory.Header;

    /// <summary>Where its policy stands.</summary>
    public PolicyLines Lines => _bank.Lines;

    /// <summary>The policies that have been in force.</summary>
    public PolicyHistory Policies { get; } = new();

    /// <summary>What is counted of it.</summary>
    public TrafficCounters Traffic => Volatile.Read(ref _traffic);

    public LearnedLines Learned => _memory.Learned ?? throw new InvalidOperationException("No policy has been published.");

    /// <summary>What it has taken of the tables that all share.</summary>
    public ref QuotaRecord Quota => ref _engine.QuotaOf(_number);

    /// <summary>Attaches and pins hook by hook. When a step fails, what was done is undone.</summary>
    /// <param name="engine">What all attachments share.</param>
    /// <param name="policy">The policy that will be published first: there will be room for it.</param>
    /// <param name="settings">What does not change.</param>
    /// <param name="point">Where to; it is owned from here on.</param>
    /// <param name="pins">Where links are pinned.</param>
    /// <exception cref="EgressFirewallException">The kernel refused; the message says why.</exception>
    public static KernelAttachment Create(
        KernelEngine engine, PolicyImage policy, in AttachmentSettings settings, IAttachPoint point, PinFolder pins)
    {
        KernelAttachment? attachment = null;
        try
        {
            (KernelSlot slot, TrafficCounters traffic) = engine.TakeSlot(LinesFor(policy, LearnedLinesMin), RulesFor(policy), point.UsesEgress);
            attachment = new KernelAttachment(engine, slot, traffic, settings, point, pins);
            foreach (BpfMap calls in slot.Bank.Calls)
            {
                pins.Pin(calls);
            }

            point.Attach(engine, slot, pins);
            return attachment;
        }
        catch (Exception error)
        {
            attachment?.Dispose();
            pins.Remove();
            if (error is BpfException refusal)
            {
                throw KernelEngine.Refused(refusal);
            }

            throw;
        }
    }

    public void Publish(PolicyImage image, IReadOnlyCollection<(AddressRecord Address, LeaseSlots Leases)> learned)
    {
        try
        {
            uint lines = Math.Max(LearnedLinesMin, BitOperations.RoundUpToPowerOf2((uint)learned.Count * 4));
            if (RulesFor(image) > _traffic.Rules)
            {
                CountIn(RulesFor(image), LinesFor(image, lines));
            }

            PreparedPolicy policy = Prepare(image, lines, learned);
            Policies.Add(_memory.Generation + 1, image.Policy);
            _memory.Publish(policy);
        }
        catch (BpfException error)
        {
            throw KernelEngine.Refused(error);
        }
    }

    /// <summary>Takes the policy away. Only for a cgroup without processes.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _pins.Remove();
        _point.Dispose();
        _memory.Clear();
        _engine.Release(_slot, _bank, _traffic);
    }

    private static uint LinesFor(PolicyImage policy, uint learnedLines) => policy.CountLines() + learnedLines;

    private static int RulesFor(PolicyImage policy) => (int)Math.Min(RulesMax, ((uint)policy.RuleNumbers + RulesMin) & ~(RulesMin - 1u));

    /// <summary>Writes a policy with the learned addresses; where they collide too much, with more room for them.</summary>
    private PreparedPolicy Prepare(
        PolicyImage image, uint learnedLines, IReadOnlyCollection<(AddressRecord Address, LeaseSlots Leases)> learned)
    {
        HashSet<PolicyBank> tooSmall = [];
        while (true)
        {
            if (_memory.TryPrepare(image, learnedLines) is not { } policy)
            {
                Move(LinesFor(image, learnedLines), _traffic.Rules, tooSmall);
            }
            else if (learned.All(entry => policy.Learned.TryWrite(entry.Address, entry.Leases)))
            {
                return policy;
            }
            else
            {
                _memory.Discard(policy);
                learnedLines = checked(learnedLines * 2);
            }
        }
    }

    /// <summary>Goes on counting in more slots, here or in another bank.</summary>
    private void CountIn(int rules, uint lines)
    {
        if (_bank.TryTakeTraffic(rules) is not { } counters)
        {
            Move(lines, rules, []);
            return;
        }

        Volatile.Write(ref _memory.Header.Traffic, counters.Range);
        GracePeriod.Wait();
        TrafficCounters before = _traffic;
        Volatile.Write(ref _traffic, before.MoveTo(counters));
        _bank.Release(before);
    }

    /// <summary>Moves to another bank, with room for a policy beside the one in force.</summary>
    /// <param name="lines">Lines of that policy with its learned addresses.</param>
    /// <param name="rules">Slots of rules.</param>
    /// <param name="tooSmall">Banks that will not do; the present one is added.</param>
    private void Move(uint lines, int rules, HashSet<PolicyBank> tooSmall)
    {
        tooSmall.Add(_bank);
        while (true)
        {
            (PolicyBank bank, TrafficCounters traffic) = _engine.TakeBank(lines + _memory.LineCount, rules, tooSmall);
            if (TryMoveTo(bank, traffic))
            {
                return;
            }

            tooSmall.Add(bank);
        }
    }

    /// <summary>
    /// Moves to a bank: the same policy in it, then hook by hook to its programs. Both say the same, so the order does not matter, and
    /// there is no moment without a policy.
    /// </summary>
    /// <returns>False when there is no room in one piece; nothing has changed then.</returns>
    private bool TryMoveTo(PolicyBank bank, TrafficCounters traffic)
    {
        PolicyMemory memory = new(bank.Lines, _number);
        if (!memory.TryCopy(_memory))
        {
            _engine.Leave(bank, traffic);
            return false;
        }

        memory.Header.Traffic = traffic.Range;
        try
        {
            foreach (BpfMap calls in bank.Calls)
            {
                _pins.PinNext(calls);
            }

            _point.MoveTo(bank, _number);
        }
        catch
        {
            try
            {
                _point.MoveTo(_bank, _number);
            }
            finally
            {
                // A hook that cannot be brought back denies from here on.
                memory.Clear();
                foreach (BpfMap calls in bank.Calls)
                {
                    _pins.RemoveNext(calls);
                }

                _engine.Leave(bank, traffic);
            }

            throw;
        }

        GracePeriod.Wait();
        (PolicyBank bankBefore, TrafficCounters trafficBefore) = (_bank, _traffic);
        _slot.Egress?.Dispose();
        _slot = _slot with { Egress = null };
        _memory.Clear();
        _memory = memory;
        _bank = bank;
        Volatile.Write(ref _traffic, trafficBefore.MoveTo(traffic));
        foreach (BpfMap calls in bank.Calls)
        {
            _pins.Replace(calls);
        }

        _engine.Leave(bankBefore, trafficBefore);
        return true;
    }
}
