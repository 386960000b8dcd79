using System.Buffers;
using System.Globalization;
using System.Text;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Decisions;

/// <summary>Decisions as the line that people read: <c>WARN DNS BLOCKED reason=… explanation="…" …</c>.</summary>
/// <remarks>
/// Everything that a program behind the firewall could have chosen, names and command lines, is escaped: it cannot end the line, the
/// value or the colour of the terminal. Safe for concurrent use.
/// </remarks>
public static class DecisionText
{
    private static readonly SearchValues<char> Bare =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/[]");

    /// <summary>One line, without a line break at its end.</summary>
    /// <param name="decision">The decision.</param>
    public static string Format(DecisionEvent decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        StringBuilder line = new(256);
        line.Append(ReferenceFields.Level(decision)).Append(' ');
        if (ReferenceFields.EventType(decision) is { } eventType)
        {
            AppendEvent(line, decision, eventType);
        }
        else
        {
            AppendDecision(line, decision);
        }

        if (decision.RepeatCount > 1)
        {
            line.Append(CultureInfo.InvariantCulture, $" repeat={decision.RepeatCount}");
        }

        return line.ToString();
    }

    private static void AppendDecision(StringBuilder line, DecisionEvent decision)
    {
        line.Append(ReferenceFields.Message(decision));
        Append(line, "reason", decision.Reason.ToString());
        AppendQuoted(line, "explanation", DecisionExplanation.Of(decision));
        Append(line, "blocked", decision.Blocked ? "true" : "false");
        Append(line, "blockedAt", ReferenceFields.BlockedAt(decision));
        bool isDns = decision.Stage == DecisionStage.Dns;
        if (isDns)
        {
            Append(line, "domain", ReferenceFields.Domains(decision));
        }

        if (decision.UnixSocket is { } unixSocket)
        {
            Append(line, "unixSocket", unixSocket);
        }

        if (decision.SocketOption is { } socketOption)
        {
            Append(line, "socketOption", socketOption);
        }

        bool hasAddress = isDns || decision.Destination is not null;
        if (hasAddress)
        {
            Append(line, "ip", ReferenceFields.Ip(decision));
        }

        if (hasAddress && !isDns)
        {
            Append(line, "port", ReferenceFields.Port(decision));
        }

        if (decision.Protocol != 0)
        {
            Append(line, "protocol", IanaNames.Protocol(decision.Protocol));
        }

        if (decision.SystemCall.Length > 0)
        {
            AppendQuoted(line, "systemCall", decision.SystemCall);
        }

        if (hasAddress)
        {
            Append(line, "ipResolvedForDomains", isDns ? "None" : ReferenceFields.Domains(decision));
        }

        AppendProcess(line, decision);
        Append(line, "firewallMethod", ReferenceFields.FirewallMethod(decision.Mode));
    }

    private static void AppendEvent(StringBuilder line, DecisionEvent decision, string eventType)
    {
        line.Append(eventType);
        AppendQuoted(line, "eventType", eventType);
        Append(line, "ip", ReferenceFields.Ip(decision));
        Append(line, "originalIp", ReferenceFields.OriginalIp(decision));
        Append(line, "port", ReferenceFields.Port(decision));
        AppendProcess(line, decision);
        Append(line, "allowed", decision.Verdict == Verdict.Allow ? "true" : "false");
        if (decision.DnsTransactionId is { } id)
        {
            line.Append(CultureInfo.InvariantCulture, $" dnsTransactionId={id}");
        }
    }

    private static void AppendProcess(StringBuilder line, DecisionEvent decision)
    {
        line.Append(CultureInfo.InvariantCulture, $" pid={decision.Process.ProcessId}");
        AppendQuoted(line, "cmd", decision.Process.CommandLine);
    }

    private static void Append(StringBuilder line, string name, string value)
    {
        if (value.Length > 0 && !value.AsSpan().ContainsAnyExcept(Bare))
        {
            line.Append(' ').Append(name).Append('=').Append(value);
        }
        else
        {
            AppendQuoted(line, name, value);
        }
    }

    private static void AppendQuoted(StringBuilder line, string name, string value) =>
        line.Append(' ').Append(name).Append("=\"").Append(DisplayText.Escape(value)).Append('"');
}
