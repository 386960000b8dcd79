using System.Net;
using EbpfFirewall.Decisions;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Tests.Support;

/// <summary>Events that tell one from the other by their repeat count.</summary>
internal static class Samples
{
    internal static DecisionEvent Decision(long number) => new()
    {
        Time = DateTimeOffset.UnixEpoch,
        Sandbox = "test",
        Mode = PolicyMode.AllowList,
        Verdict = Verdict.Deny,
        Reason = DecisionReason.NotInAllowList,
        Stage = DecisionStage.Connect,
        Process = ProcessIdentity.Unknown,
        Attribution = Attribution.Caller,
        Protocol = 6,
        Destination = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 80),
        RepeatCount = number,
    };
}
