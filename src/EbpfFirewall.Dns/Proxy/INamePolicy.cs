using System.Net;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>What the proxy asks of a policy.</summary>
internal interface INamePolicy
{
    PolicyMode Mode { get; }

    /// <summary>What it was compiled from; null in tests that have none.</summary>
    FirewallPolicy? Source { get; }

    /// <summary>Decides a name in wire form, for whoever asks.</summary>
    NameDecision Decide(ReadOnlySpan<byte> wireName, in ClientFlow client);

    /// <summary>True when a rule allows the address by itself to whoever asks, whatever name leads to it.</summary>
    bool AllowsAddress(IPAddress address, in ClientFlow client);

    /// <summary>The id of a rule, for the text of an error.</summary>
    string RuleId(int ruleIndex);
}
