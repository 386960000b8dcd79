using System.Collections.Concurrent;
using System.Net;
using EbpfFirewall.Decisions;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Kernel;

/// <summary>Turns event records of the kernel side into decisions.</summary>
internal sealed class KernelEventReader(
    string sandbox, PolicyHistory policies, RuleNumbers rules, ProcessTable processes, AddressGrants grants, BootClock clock,
    Action<EndpointRecord>? onExhausted = null)
{
    private const int UnixNamesMax = 16_384;
    private readonly ConcurrentDictionary<AddressRecord, string> _unixNames = [];

    /// <summary>A decision about a unix socket, with its name.</summary>
    public DecisionEvent Read(in UnixEventRecord record)
    {
        // As many as the kernel remembers as told: later repeats come without the name.
        if (_unixNames.Count >= UnixNamesMax)
        {
            _unixNames.Clear();
        }

        _unixNames[record.Event.Dest.Address] = record.Name.ToString();
        return Read(record.Event);
    }

    public DecisionEvent Read(in EventRecord record)
    {
        DecisionEvent decision = ReadRecord(record);

        // What each process may send is no limit of others that talk to the same place.
        if (decision.Limit is { Interval: null, Scope: not LimitScope.Process, Quantity: LimitQuantity.Bytes } && decision.Mode != PolicyMode.Observe)
        {
            onExhausted?.Invoke(record.Dest);
        }

        return decision;
    }

    private DecisionEvent ReadRecord(in EventRecord record)
    {
        bool hasDestination = record.Stage is not (DecisionStage.Socket or DecisionStage.Unix);
        CompiledPolicy compiled = policies.Find(record.Generation);
        FirewallPolicy policy = compiled.Policy;
        return new DecisionEvent
        {
            Time = clock.ToTime(record.TimeNs),
            Sandbox = sandbox,
            Mode = policy.Mode,
            Verdict = record.Verdict,
            Reason = record.Reason,
            Stage = record.Stage,
            Rule = FindRule(record, compiled),
            Process = processes.Find(record.Process),
            Attribution = record.Process.ProcessId == 0 ? Attribution.Unknown : record.Attribution,
            Protocol = record.Dest.Protocol,
            Destination = hasDestination ? record.Dest.ToEndPoint() : null,
            UnixSocket = record.Stage == DecisionStage.Unix ? _unixNames.GetValueOrDefault(record.Dest.Address) : null,
            SocketOption = record.Reason == DecisionReason.SocketOption ? OptionName(record.Dest.Address) : null,
            RedirectedTo = record.Reason == DecisionReason.DnsRedirect ? LoopbackOf(record.Dest) : null,
            Limit = LimitOf(record, policy),
            Names = hasDestination ? grants.NamesFor(record.Dest.Address) : [],
            SocketFamily = record.Family,
            SocketType = record.Type,
            Revision = policy.Revision,
            RepeatCount = record.Repeat,
            IsRepeat = record.IsRepeat != 0,
        };
    }

    /// <summary>The decision that repeats which no event has told stand for.</summary>
    public DecisionEvent ReadRepeats(in ReportKey key, in ReportRecord report) => Read(new EventRecord(
        report.ToldNs,
        key.Process,
        key.Dest,
        key.Rule,
        (uint)Math.Min(report.Pending, uint.MaxValue),
        key.Generation,
        key.Family,
        key.Type,
        key.Verdict,
        key.Reason,
        key.Stage,
        key.Attribution,
        1,
        key.Limit,
        key.Attachment,
        0));

    // enum efw_limit_kind: four for each scope, bytes before connections, within an interval before for good.
    private PolicyLimit? LimitOf(in EventRecord record, FirewallPolicy policy)
    {
        if (record.Limit is 0 or > 12)
        {
            return null;
        }

        int kind = record.Limit - 1;
        LimitScope scope = (kind / 4) switch
        {
            0 => LimitScope.Rule,
            1 => LimitScope.Process,
            _ => LimitScope.Sandbox,
        };
        LimitQuantity quantity = kind % 4 < 2 ? LimitQuantity.Bytes : LimitQuantity.Connections;
        bool isTotal = kind % 2 == 1;
        FirewallRule? rule = rules.Find(record.Rule);
        return policy.Limits.FirstOrDefault(limit => limit.Scope == scope && limit.Quantity == quantity && limit.Interval is null == isTotal
            && (limit.RuleIndex < 0 || policy.Rules[limit.RuleIndex].Text == rule?.Text));
    }

    /// <summary>The rule by its number; where many rules say the same, by asking the policy about the destination.</summary>
    private FirewallRule? FindRule(in EventRecord record, CompiledPolicy policy)
    {
        if (record.Rule != TermRecord.SomeRule)
        {
            return rules.Find(record.Rule);
        }

        EndpointRecord dest = record.Dest;
        int index = record.Reason is DecisionReason.AllowedByName or DecisionReason.DeniedByName
            ? grants.FindRule(dest.Address, policy, termClass => IndexIn(termClass, dest, policy))
            : IndexIn(policy.ClassOf(dest.Address.ToAddress()), dest, policy);
        return index >= 0 ? policy.Policy.Rules[index] : null;
    }

    private static int IndexIn(TermClass termClass, EndpointRecord dest, CompiledPolicy policy) => policy.FindTerm(
        termClass, dest.Port, dest.Protocol == IanaProtocol.Tcp ? TransportProtocols.Tcp : TransportProtocols.Udp)?.RuleIndex ?? -1;

    // Level and number stand where an address has its first two words.
    private static string OptionName(AddressRecord option) => SocketOptionNames.Of((uint)option.High, (uint)(option.High >> 32));

    private static IPEndPoint LoopbackOf(in EndpointRecord dest)
    {
        IPAddress address = dest.Address.ToAddress();
        return new IPEndPoint(
            address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback,
            dest.Port);
    }
}
