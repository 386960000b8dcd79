using System.Globalization;
using System.Net;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Decisions;

/// <summary>
/// The fields and words of the reference tool's log, which other programs read. They are coarser than ours: where it has no word, the
/// nearest of its own stands here, and our <c>reason</c> and <c>stage</c> say it exactly.
/// </summary>
internal static class ReferenceFields
{
    internal static string BlockedAt(DecisionEvent decision) => decision.Stage switch
    {
        DecisionStage.Dns => "dns",
        DecisionStage.Tls or DecisionStage.Http => "http",
        _ => "packet",
    };

    internal static string Level(DecisionEvent decision) => decision.Blocked ? "WARN" : "INFO";

    internal static string Message(DecisionEvent decision)
    {
        string what = decision.Blocked ? "BLOCKED" : decision.Verdict == Verdict.Allow ? "ALLOWED" : "WOULD BE BLOCKED";
        return $"{BlockedAt(decision).ToUpperInvariant()} {what}";
    }

    internal static string Because(DecisionEvent decision)
    {
        if (decision.Verdict == Verdict.Allow)
        {
            return "Allowed";
        }

        return BlockedAt(decision) == "packet" ? "IPNotAllowed"
            : decision.Rule is { Action: RuleAction.Deny } ? "MatchedBlockListDomain" : "NotInAllowList";
    }

    internal static string RuleSource(DecisionEvent decision) => decision.Reason switch
    {
        DecisionReason.AllowedByRule or DecisionReason.DeniedByRule => "UserSpecifiedIP",
        DecisionReason.AllowedByName or DecisionReason.DeniedByName or DecisionReason.NameAllowed => "FromDNSRequest",
        DecisionReason.NameDenied => "MatchedBlockListDomain",
        DecisionReason.NotInAllowList => "NotInAllowList",
        _ => "Unknown",
    };

    internal static string RuleSourceComment(DecisionEvent decision) => decision.Reason switch
    {
        DecisionReason.AllowedByRule => "Allow IP as on explicit allow list",
        DecisionReason.DeniedByRule => "Blocked IP as on explicit block list",
        DecisionReason.AllowedByName or DecisionReason.NameAllowed when decision.Rule is { } rule => $"Matched Domain Prefix: {rule.Text}",
        DecisionReason.DeniedByName or DecisionReason.NameDenied when decision.Rule is { } rule => $"Domain matched blocklist prefix: {rule.Text}",
        DecisionReason.NotInAllowList when decision.Stage == DecisionStage.Dns => "Domain doesn't match any allowlist prefixes",
        _ => "Unknown",
    };

    /// <summary>Names with their trailing dot, between commas; "None" for a packet to an address that no name led to.</summary>
    internal static string Domains(DecisionEvent decision) => decision switch
    {
        { Names.IsDefaultOrEmpty: false } => string.Join(", ", decision.Names.Select(AsFullyQualified)),
        { Stage: DecisionStage.Dns } => "",
        _ => "None",
    };

    /// <summary>For DNS the first address of the answer; else where the traffic went.</summary>
    internal static string Ip(DecisionEvent decision) => decision.Stage == DecisionStage.Dns
        ? decision.Addresses.IsDefaultOrEmpty ? "" : decision.Addresses[0].ToString()
        : ToText((decision.RedirectedTo ?? decision.Destination)?.Address);

    /// <summary>Where the process wanted to go; for DNS the name server it asked.</summary>
    internal static string OriginalIp(DecisionEvent decision) => ToText(decision.Destination?.Address);

    internal static string Port(DecisionEvent decision) =>
        decision.Destination?.Port.ToString(CultureInfo.InvariantCulture) ?? "";

    internal static string FirewallMethod(PolicyMode mode) => mode switch
    {
        PolicyMode.AllowList => "allowlist",
        PolicyMode.DenyList => "blocklist",
        _ => PolicyModeText.Format(mode),
    };

    /// <summary>What kind of redirect or bypass record the event is; null for a decision.</summary>
    internal static string? EventType(DecisionEvent decision) => decision.Reason switch
    {
        DecisionReason.DnsRedirect => "DNS Redirect",
        DecisionReason.OwnLoopback => "Localhost Packet Bypass",
        _ => null,
    };

    private static string AsFullyQualified(string name) => name.EndsWith('.') ? name : name + ".";

    private static string ToText(IPAddress? address) =>
        address is null ? "" : (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
}
