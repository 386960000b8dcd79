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
    private readonly List<PolicyBank> _banks = [];
    private readonly RangeAllocator _numbers = new(1, HeaderRecord.AttachmentsMax);
    private readonly IReadOnlyDictionary<string, BpfMap> _shared;
    private readonly BpfMapMemory _quotas;
    private Task<KernelSlot?>? _spare;
    private uint _lastId;
    private bool _disposed;

    private KernelEngine(PolicyBank first)
    {
        _banks.Add(first);
        _shared = first.SharedMaps;
        _quotas = _shared["efw_quotas"].MapMemory();
        PrepareSpare();
    }

    public BpfMap<ProcessKey, ProcessRecord> Processes => _shared["efw_processes"].As<ProcessKey, ProcessRecord>();

    public BpfMap<RedirectKey, RedirectRecord> Redirects => _shared["efw_redirects"].As<RedirectKey, RedirectRecord>();

    public BpfMap<ReportKey, ReportRecord> Reports => _shared["efw_reports"].As<ReportKey, ReportRecord>();

    public BpfMap Events => _shared["efw_events"];

    /// <summary>Loads the programs and makes the tables.</summary>
    /// <exception cref="EgressFirewallException">The kernel refused; the message says why.</exception>
    public static KernelEngine Create()
    {
        try
        {
            return new KernelEngine(new PolicyBank(FirstBankLines, FirstBankSlots, new Dictionary<string, BpfMap>()));
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
        KernelSlot? spare = withEgress ? TakeSpare() : null;
        if (spare is not null && HasRoom(spare.Bank, lines) && spare.Bank.TryTakeTraffic(rules) is { } counters)
        {
            PrepareSpare();
            return (spare, counters);
        }

        uint number = spare?.Number ?? TakeNumber();
        if (spare is not null)
        {
            spare.Egress?.Dispose();
            Leave(spare.Bank, null);
        }

        try
        {
            PolicyBank bank = FindBank(lines, rules, except: null);
            counters = bank.TryTakeTraffic(rules) ?? throw new InvalidOperationException("The bank was chosen because there is room in it.");
            KernelSlot slot = new(number, bank, withEgress ? bank.LoadEgress(number) : null);
            PrepareSpare();
            return (slot, counters);
        }
        catch
        {
            GiveNumber(number);
            throw;
        }
    }

    /// <summary>A bank with room for a policy, a new one if need be; whoever asks is counted among its users.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public PolicyBank FindBank(uint lines, int rules, PolicyBank? except)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            uint slots = TrafficCounters.SlotsFor(rules);
            PolicyBank? bank = _banks.FindLast(bank => bank != except && HasRoom(bank, lines) && bank.FreeTrafficSlots >= slots);
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

    /// <summary>One user of a bank less; a bank that nobody uses goes, all but the first.</summary>
    public void Leave(PolicyBank bank, TrafficCounters? traffic)
    {
        lock (_gate)
        {
            if (traffic is not null)
            {
                bank.Release(traffic);
            }

            if (--bank.Users == 0 && bank != _banks[0] && _banks.Remove(bank))
            {
                bank.Dispose();
            }
        }
    }

    /// <summary>An attachment has gone.</summary>
    public void Release(uint number, PolicyBank bank, TrafficCounters traffic)
    {
        QuotaOf(number) = default;
        Leave(bank, traffic);
        GiveNumber(number);
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

        TakeSpare()?.Egress?.Dispose();
        _quotas.Dispose();
        _banks.ForEach(bank => bank.Dispose());
        foreach (BpfMap map in _shared.Values)
        {
            map.Dispose();
        }
    }

    private static bool HasRoom(PolicyBank bank, uint lines) => bank.Lines.FreeCount >= lines;

    private uint TakeNumber()
    {
        lock (_gate)
        {
            return _numbers.TryTake(1, out uint number)
                ? number
                : throw new EgressFirewallException(
                    ErrorCodes.SandboxLimit,
                    $"a firewall holds {HeaderRecord.AttachmentsMax} sandboxes at a time. Dispose those that are no longer needed, or start another firewall.");
        }
    }

    private void GiveNumber(uint number)
    {
        lock (_gate)
        {
            _numbers.Give(number, 1);
        }
    }

    private KernelSlot? TakeSpare()
    {
        Task<KernelSlot?>? spare;
        lock (_gate)
        {
            (spare, _spare) = (_spare, null);
        }

        return spare?.GetAwaiter().GetResult();
    }

    private void PrepareSpare()
    {
        lock (_gate)
        {
            _spare ??= _disposed ? null : Task.Run(LoadSpare);
        }
    }

    private KernelSlot? LoadSpare()
    {
        PolicyBank bank;
        lock (_gate)
        {
            if (_disposed)
            {
                return null;
            }

            bank = _banks.FindLast(bank => HasRoom(bank, SmallLines)) ?? _banks[0];
            bank.Users++;
        }

        uint? number = null;
        try
        {
            number = TakeNumber();
            return new KernelSlot(number.Value, bank, bank.LoadEgress(number.Value));
        }
        catch (Exception error) when (error is BpfException or EgressFirewallException or ObjectDisposedException)
        {
            // Whoever needs a place meets the same error, and tells it.
            if (number is { } taken)
            {
                GiveNumber(taken);
            }

            Leave(bank, null);
            return null;
        }
    }
}
