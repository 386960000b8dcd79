using System.Net;
using EbpfFirewall.Decisions;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Core.Tests.Decisions;

/// <summary>Events as the rest of the product makes them.</summary>
internal static class Samples
{
    internal static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, 250, TimeSpan.Zero);

    internal static ProcessIdentity Curl { get; } = new()
    {
        ProcessId = 4711,
        StartTime = TimeSpan.FromSeconds(123.45),
        UserId = 1000,
        Name = "curl",
        Executable = "/usr/bin/curl",
        Arguments = ["curl", "-s", "https://registry.example.com/x"],
        Parents = [new ParentProcess(4700, TimeSpan.FromSeconds(120), "bash"), new ParentProcess(1, TimeSpan.Zero, "init")],
    };

    internal static DecisionEvent DeniedName { get; } = new()
    {
        Time = Noon,
        Sandbox = "run-1",
        Mode = PolicyMode.AllowList,
        Verdict = Verdict.Deny,
        Reason = DecisionReason.NotInAllowList,
        Stage = DecisionStage.Dns,
        Process = Curl,
        Attribution = Attribution.Socket,
        Protocol = 17,
        Destination = new IPEndPoint(IPAddress.Parse("192.0.2.53"), 53),
        Names = ["registry.example.com"],
        QueryType = 28,
        DnsTransactionId = 4242,
        Revision = 1,
    };

    internal static DecisionEvent NameOnDenyList { get; } = DeniedName with
    {
        Mode = PolicyMode.DenyList,
        Reason = DecisionReason.NameDenied,
        Rule = new FirewallRule { Id = "deny-1", Text = "example.com", Action = RuleAction.Deny, Source = "--deny" },
    };

    internal static DecisionEvent AllowedName { get; } = DeniedName with
    {
        Verdict = Verdict.Allow,
        Reason = DecisionReason.NameAllowed,
        Rule = new FirewallRule { Id = "allow-1", Text = "*.example.com", Action = RuleAction.Allow, Source = "--allow" },
        Addresses = [IPAddress.Parse("198.51.100.7"), IPAddress.Parse("2001:db8::7")],
    };

    internal static DecisionEvent DeniedConnect { get; } = new()
    {
        Time = Noon,
        Sandbox = "run-1",
        Mode = PolicyMode.AllowList,
        Verdict = Verdict.Deny,
        Reason = DecisionReason.NotInAllowList,
        Stage = DecisionStage.Connect,
        Process = Curl,
        Attribution = Attribution.Caller,
        Protocol = 6,
        Destination = new IPEndPoint(IPAddress.Parse("2001:db8::9"), 443),
        Revision = 3,
        RepeatCount = 12,
    };

    internal static DecisionEvent DeniedByLearnedName { get; } = DeniedConnect with
    {
        Mode = PolicyMode.DenyList,
        Reason = DecisionReason.DeniedByName,
        Stage = DecisionStage.Packet,
        Destination = new IPEndPoint(IPAddress.Parse("::ffff:198.51.100.7"), 443),
        Names = ["example.com", "www.example.com"],
        Rule = new FirewallRule { Id = "deny-1", Text = "example.com:443", Action = RuleAction.Deny, Source = "--deny" },
        RepeatCount = 1,
    };

    internal static DecisionEvent Observed { get; } = DeniedConnect with { Mode = PolicyMode.Observe, RepeatCount = 1 };

    internal static DecisionEvent RawSocket { get; } = new()
    {
        Time = Noon,
        Sandbox = "run-1",
        Mode = PolicyMode.AllowList,
        Verdict = Verdict.Deny,
        Reason = DecisionReason.SocketType,
        Stage = DecisionStage.Socket,
        Process = ProcessIdentity.Unknown,
        Attribution = Attribution.Unknown,
        Protocol = 1,
        SocketFamily = 2,
        SocketType = 3,
        Revision = 1,
    };

    internal static DecisionEvent Redirect { get; } = new()
    {
        Time = Noon,
        Sandbox = "run-1",
        Mode = PolicyMode.AllowList,
        Verdict = Verdict.Allow,
        Reason = DecisionReason.DnsRedirect,
        Stage = DecisionStage.Connect,
        Process = Curl,
        Attribution = Attribution.Caller,
        Protocol = 17,
        Destination = new IPEndPoint(IPAddress.Parse("192.0.2.53"), 53),
        RedirectedTo = new IPEndPoint(IPAddress.Loopback, 40053),
        DnsTransactionId = 4242,
        Revision = 1,
    };

    internal static DecisionEvent OwnListener { get; } = Redirect with
    {
        Reason = DecisionReason.OwnLoopback,
        Destination = new IPEndPoint(IPAddress.IPv6Loopback, 5432),
        RedirectedTo = null,
        Protocol = 6,
        DnsTransactionId = null,
    };

    internal static DecisionEvent[] All { get; } =
        [DeniedName, NameOnDenyList, AllowedName, DeniedConnect, DeniedByLearnedName, Observed, RawSocket, Redirect, OwnListener];
}
