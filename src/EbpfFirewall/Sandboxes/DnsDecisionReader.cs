using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Sandboxes;

/// <summary>Turns decisions of the DNS proxy into decisions of the firewall.</summary>
internal sealed class DnsDecisionReader(string sandbox, Func<FirewallPolicy> current, TimeProvider time)
{
    public DecisionEvent Read(DnsDecision decision, long repeatCount, bool isRepeat) =>
        Read(decision, decision.Policy ?? current(), repeatCount, isRepeat);

    private DecisionEvent Read(DnsDecision decision, FirewallPolicy policy, long repeatCount, bool isRepeat) => new()
    {
        Time = time.GetUtcNow(),
        Sandbox = sandbox,
        Mode = policy.Mode,
        Verdict = decision.Verdict,
        Reason = decision.Reason,
        Stage = DecisionStage.Dns,
        Rule = decision.RuleIndex >= 0 && decision.Policy is not null ? policy.Rules[decision.RuleIndex] : null,
        Limit = decision.Limit,
        Process = decision.Client.Process ?? ProcessIdentity.Unknown,
        Attribution = decision.Client.Attribution,
        Protocol = decision.Protocol == TransportProtocols.Tcp ? IanaProtocol.Tcp : IanaProtocol.Udp,
        Destination = decision.Client.OriginalDestination,
        Names = [decision.Name],
        Addresses = decision.Addresses,
        QueryType = decision.QueryType,
        DnsTransactionId = decision.TransactionId,
        Revision = policy.Revision,
        RepeatCount = repeatCount,
        IsRepeat = isRepeat,
    };
}
