using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel;

/// <summary>
/// What all attachments of a firewall share in the kernel: programs, tables, event ring, and the banks where their policies stand. The
/// place for the next attachment is always ready, so that attaching is a matter of links.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class KernelEngine : IDisposable
{
    private const uint FirstBankLines = 16 * 1024;
    private const uint FirstBankSlots = 4 * 1024;
    private const uint BankLines = 64 * 1024;
    private const uint BankSlots = 32 * 1024;
    private const uint SmallLines = 1024;

    private readonly Lock _gate = new();
    private readonly PolicyBank _first;
    private readonly List<PolicyBank> _banks = [];
    private readonly int _attachmentsMax;
    private readonly RangeAllocator _numbers;
    private readonly IReadOnlyDictionary<string, BpfMap> _shared;
    private readonly BpfMapMemory _quotas;
    private readonly KernelSlots _spares;
    private uint _lastId;
    private bool _disposed;

    private KernelEngine(PolicyBank first, int attachmentsMax)
    {
        _attachmentsMax = attachmentsMax;
        _numbers = new RangeAllocator(1, (uint)attachmentsMax);
        _first = first;
        _banks.Add(first);
        _shared = first.SharedMaps;
        _quotas = _shared["efw_quotas"].MapMemory();
        _spares = new KernelSlots(LoadSpare, Discard);
        _spares.Refill();
    }

    public BpfMap<ProcessKey, ProcessRecord> Processes => _shared["efw_processes"].As<ProcessKey, ProcessRecord>();

    public BpfMap<RedirectKey, RedirectRecord> Redirects => _shared["efw_redirects"].As<RedirectKey, RedirectRecord>();

    public BpfMap<ReportKey, ReportRecord> Reports => _shared["efw_reports"].As<ReportKey, ReportRecord>();

    public BpfMap Pulse => _shared["efw_pulse"];

    public BpfMap Events => _shared["efw_events"];

    /// <summary>Banks that there are.</summary>
    public int BankCount
    {
        get
        {
            lock (_gate)
            {
                return _banks.Count;
            }
        }
    }

    /// <summary>Loads the programs and makes the tables.</summary>
    /// <param name="attachmentsMax">Attachments that there may be at a time, no more than there are headers.</param>
    /// <exception cref="EgressFirewallException">The kernel refused; the message says why.</exception>
    public static KernelEngine Create(int attachmentsMax = HeaderRecord.AttachmentsMax)
    {
        try
        {
            return new KernelEngine(new PolicyBank(FirstBankLines, FirstBankSlots, new Dictionary<string, BpfMap>()), attachmentsMax);
        }
        catch (BpfException error)
        {
            throw Refused(error);
        }
    }

    public static EgressFirewallException Refused(BpfException error) => new(
        ErrorCodes.KernelRefused, $"the kernel did not take the firewall's programs: {error.Message}", error);

    /// <summary>An id that no attachment of this firewall had.</summary>
    public uint NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>What an attachment has taken of the tables that all share.</summary>
    public ref QuotaRecord QuotaOf(uint number) => ref _quotas.At<QuotaRecord>(number * (long)_quotas.Stride);

    /// <summary>Tells the programs of a cgroup which attachment they run for.</summary>
    public void SetNumber(ulong cgroupId, uint number) => _shared["efw_self"].As<ulong, SelfRecord>().Set(cgroupId, new SelfRecord(number, 0));

    /// <summary>Takes a place for an attachment with a policy of that size.</summary>
    /// <param name="lines">Lines of the policy with its learned addresses.</param>
    /// <param name="rules">Slots of rules.</param>
    /// <param name="withEgress">Whether it needs an egress program.</param>
    /// <exception cref="EgressFirewallException">There are too many already.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public (KernelSlot Slot, TrafficCounters Traffic) TakeSlot(uint lines, int rules, bool withEgress)
    {
        KernelSlot? spare = withEgress ? _spares.Take() : null;
        _spares.Refill();
        if (spare is not null)
        {
            if (HasRoom(spare.Bank, lines) && spare.Bank.TryTakeTraffic(rules) is { } counters)
            {
                return (spare, counters);
            }

            Discard(spare);
        }

        uint number = TakeNumber();
        (PolicyBank Bank, TrafficCounters Traffic)? taken = null;
        try
        {
            taken = TakeBank(lines, rules, []);
            return (new KernelSlot(number, taken.Value.Bank, withEgress ? taken.Value.Bank.LoadEgress(number) : null), taken.Value.Traffic);
        }
        catch
        {
            if (taken is { } unused)
            {
                Leave(unused.Bank, unused.Traffic);
            }

            GiveNumber(number);
            throw;
        }
    }

    /// <summary>Takes counters in a bank with room for a policy; whoever asks is counted among its users.</summary>
    /// <param name="lines">Lines of the policy with its learned addresses.</param>
    /// <param name="rules">Slots of rules.</param>
    /// <param name="except">Banks that will not do; those that were found to be too much divided are added.</param>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public (PolicyBank Bank, TrafficCounters Traffic) TakeBank(uint lines, int rules, HashSet<PolicyBank> except)
    {
        while (true)
        {
            PolicyBank bank = FindBank(lines, rules, except);
            if (bank.TryTakeTraffic(rules) is { } traffic)
            {
                return (bank, traffic);
            }

            // Its free slots are not in one piece, or another attachment was faster.
            Leave(bank, null);
            except.Add(bank);
        }
    }

    /// <summary>One user of a bank less; a bank that nobody uses goes, all but the first.</summary>
    public void Leave(PolicyBank bank, TrafficCounters? traffic)
    {
        lock (_gate)
        {
            if (traffic is not null)
            {
                bank.Release(traffic);
            }

            if (--bank.Users == 0 && bank != _first && _banks.Remove(bank))
            {
                bank.Dispose();
            }
        }
    }

    /// <summary>An attachment has gone. Its place is for another if it is in the bank that is always there.</summary>
    /// <param name="slot">The place; without an egress program when it has moved.</param>
    /// <param name="bank">The bank that it was in last.</param>
    /// <param name="traffic">Its counters.</param>
    public void Release(KernelSlot slot, PolicyBank bank, TrafficCounters traffic)
    {
        QuotaOf(slot.Number) = default;
        if (slot.Egress is not null && bank == _first)
        {
            bank.Release(traffic);
            _spares.Give(slot);
            return;
        }

        slot.Egress?.Dispose();
        Leave(bank, traffic);
        GiveNumber(slot.Number);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        _spares.Dispose();
        _quotas.Dispose();
        _banks.ForEach(bank => bank.Dispose());
        foreach (BpfMap map in _shared.Values)
        {
            map.Dispose();
        }
    }

    private static bool HasRoom(PolicyBank bank, uint lines) => bank.Lines.FreeCount >= lines;

    /// <summary>A bank with room for a policy, a new one if need be.</summary>
    private PolicyBank FindBank(uint lines, int rules, HashSet<PolicyBank> except)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            uint slots = TrafficCounters.SlotsFor(rules);
            PolicyBank? bank = _banks.Find(bank => !except.Contains(bank) && HasRoom(bank, lines) && bank.FreeTrafficSlots >= slots);
            if (bank is null)
            {
                // A large policy gets what it needs; small ones share.
                bank = lines <= BankLines / 2 && slots <= BankSlots / 2
                    ? new PolicyBank(PolicyLines.HeaderLines + BankLines, BankSlots, _shared)
                    : new PolicyBank(PolicyLines.HeaderLines + lines + SmallLines, slots + TrafficCounters.SlotsFor(0), _shared);
                _banks.Add(bank);
            }

            bank.Users++;
            return bank;
        }
    }

    private uint TakeNumber()
    {
        lock (_gate)
        {
            return _numbers.TryTake(1, out uint number)
                ? number
                : throw new EgressFirewallException(
                    ErrorCodes.SandboxLimit,
                    $"a firewall holds {_attachmentsMax} sandboxes at a time. Dispose those that are no longer needed, or start another firewall.");
        }
    }

    private void GiveNumber(uint number)
    {
        lock (_gate)
        {
            _numbers.Give(number, 1);
        }
    }

    private void Discard(KernelSlot slot)
    {
        slot.Egress?.Dispose();
        Leave(slot.Bank, null);
        GiveNumber(slot.Number);
    }

    private KernelSlot? LoadSpare()
    {
        lock (_gate)
        {
            // In the bank that is always there: another one must be able to go with its last user.
            if (_disposed || !HasRoom(_first, SmallLines))
            {
                return null;
            }

            _first.Users++;
        }

        uint? number = null;
        try
        {
            number = TakeNumber();
            return new KernelSlot(number.Value, _first, _first.LoadEgress(number.Value));
        }
        catch (Exception error) when (error is BpfException or EgressFirewallException or ObjectDisposedException)
        {
            // Whoever needs a place meets the same error, and tells it.
            if (number is { } taken)
            {
                GiveNumber(taken);
            }

            Leave(_first, null);
            return null;
        }
    }
}
