using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Policies;
using EbpfFirewall.Policies.Parsing;

namespace EbpfFirewall.Decisions;

/// <summary>Says in a sentence or two why a decision fell, and what a person can do about it.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public static class DecisionExplanation
{
    private const string Broadcast = "SO_BROADCAST";

    /// <summary>What a name that is shown inside a command may be made of, so that copying the command is safe.</summary>
    private static readonly SearchValues<char> SafeName = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>The same for the name of a unix socket.</summary>
    private static readonly SearchValues<char> SafePath =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./@:");

    /// <summary>The explanation. It may quote names and rules as they came: escape it where it is shown.</summary>
    /// <param name="decision">The decision.</param>
    public static string Of(DecisionEvent decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        string rule = decision.Rule is { } given ? $"the rule \"{given.Destination}\"" : "a rule";
        string what = Destination(decision);
        return decision.Reason switch
        {
            DecisionReason.AllowedByRule => $"{Capital(rule)} allows {what}.",
            DecisionReason.DeniedByRule => $"{Capital(rule)} denies {what}. Remove it, or write a more specific rule that allows it.",
            DecisionReason.AllowedByName => $"{Names(decision)} led to {what}, and {rule} allows it.",
            DecisionReason.DeniedByName =>
                $"{Names(decision)} led to {what}, and {rule} denies it. Remove the rule, or allow the address itself.",
            DecisionReason.NotInAllowList => $"No rule allows {what}.{Advice(decision)}",
            DecisionReason.NotInDenyList => $"No rule denies {what}.",
            DecisionReason.BlockAll => "The mode is block-all: nothing may be reached, whatever the rules say.",
            DecisionReason.ReservedDestination =>
                $"{what} is link-local, cloud metadata, multicast or the like, and stays closed until a rule names it.{Advice(decision)}",
            DecisionReason.ForeignLoopback => $"{what} is a listener on this host outside the sandbox.{LoopbackAdvice(decision)}",
            DecisionReason.OwnLoopback => $"{what} is a listener of the same sandbox.",
            DecisionReason.SocketType => $"{Socket(decision)} is not allowed: only TCP and UDP sockets may reach the network.",
            DecisionReason.Protocol => $"Only TCP and UDP may leave; this packet is {IanaNames.Protocol(decision.Protocol)}.",
            DecisionReason.IpOptions => $"The packet to {what} has IP options, which can hide where it goes.",
            DecisionReason.ExtensionHeader => $"The packet to {what} has a header that can hide where it goes.",
            DecisionReason.Fragment => $"The packet to {what} is a fragment, whose port cannot be seen. Send smaller datagrams.",
            DecisionReason.MalformedPacket => "The packet cannot be parsed.",
            DecisionReason.AdmittedFlow => $"The flow to {what} was admitted while its name's answer held, and goes on.",
            DecisionReason.DnsRedirect => "The query was sent to the firewall's own DNS proxy.",
            DecisionReason.NotRedirected => $"{what} is a proxy of the firewall, which takes only what the firewall sent there.",
            DecisionReason.TableFull =>
                "A table of the firewall is full, so nothing new is let through. End flows that are not needed, or give more memory.",
            DecisionReason.NoPolicy => "No policy could be read, so everything is denied. This is a mistake of ours: please report it.",
            DecisionReason.LinkControl => "Neighbours on a link find each other by it.",
            DecisionReason.FrameType => "The frame is neither plain IPv4 nor plain IPv6, so its destination cannot be judged.",
            DecisionReason.Reply => "It answers what was allowed to be sent.",
            DecisionReason.BudgetBytes or DecisionReason.BudgetConnections or DecisionReason.BudgetNames => OverLimit(decision, rule, what),
            DecisionReason.ForeignUnix => decision.Verdict == Verdict.Allow
                ? $"{Capital(what)} was not made in the sandbox; no rule speaks of unix sockets, so it is only told."
                : $"{Capital(what)} was not made in the sandbox, or its name does not say where it leads.{UnixAdvice(decision)}",
            DecisionReason.OwnUnix => $"{Capital(what)} was made in the same sandbox.",
            DecisionReason.SocketOption when decision.SocketOption is { } option && option != Broadcast =>
                $"The socket option {option} changes where packets go, or what goes, so that rules would not hold.",
            DecisionReason.Unattended => "The process that runs the firewall is stopped or hangs, so what needs it goes by the fail mode.",
            DecisionReason.SocketOption => "A deny-list cannot tell broadcast addresses from others, so sockets may not send broadcasts.",
            DecisionReason.Inbound => "Connections from outside do not reach the sandbox.",
            DecisionReason.NameDenied => $"{Capital(rule)} denies {what}. Remove it, or write a more specific rule that allows it.",
            DecisionReason.NameAllowed => $"{Capital(rule)} allows {what}.",
            DecisionReason.QueryType => $"Queries of type {IanaNames.QueryType(decision.QueryType)} are not answered.",
            DecisionReason.Rebinding =>
                $"{what} is a public name that was answered with a private address. Where that is meant, allow the address itself.",
            DecisionReason.MalformedQuery => "The DNS query cannot be parsed, or is not one plain question.",
            DecisionReason.UpstreamTimeout =>
                $"The name server did not answer in time for {what}. Check it, or choose another with --dns-upstream.",
            DecisionReason.UpstreamMalformed => $"The name server's answer for {what} cannot be parsed or does not fit the question.",
            DecisionReason.GrantFailed => $"The addresses of {what} could not be opened in the kernel, so the answer was withheld.",
            DecisionReason.SystemCall => $"{SystemCall(decision)} leads past the firewall, so no sandbox may make it. What it is for can be kept with --privileged.",
            DecisionReason.UnknownClient => "The query came from outside the sandbox.",
            DecisionReason.DeniedNameAnswered => $"{what} is denied; its query is answered on request, and its addresses stay closed.",
            _ => "No reason is recorded.",
        };
    }

    private static string OverLimit(DecisionEvent decision, string rule, string what)
    {
        if (decision.Limit is not { } limit)
        {
            return $"A limit is reached, so nothing more goes to {what}.";
        }

        string whose = limit.Scope switch
        {
            LimitScope.Sandbox => "the sandbox",
            LimitScope.Process => "the process",
            _ => rule,
        };
        string until = limit.Interval is null ? "for good" : "until the interval has passed";
        return $"The limit {limit} of {whose} is reached, so nothing more goes to {what} {until}. Raise it where that is meant.";
    }

    private static string Destination(DecisionEvent decision)
    {
        if (decision.Stage == DecisionStage.Dns && !decision.Names.IsDefaultOrEmpty)
        {
            return decision.Names[0];
        }

        if (decision.UnixSocket is { } socket)
        {
            return $"the unix socket {socket}";
        }

        if (decision.Destination is not { } destination)
        {
            return "the destination";
        }

        IPAddress address = Unmapped(destination);
        return destination.Port == 0
            ? address.ToString()
            : string.Create(CultureInfo.InvariantCulture, $"{address} port {destination.Port}");
    }

    private static string Names(DecisionEvent decision) =>
        decision.Names.IsDefaultOrEmpty ? "A name" : string.Join(", ", decision.Names);

    /// <summary>The narrowest rule that would have let it through, as an option; empty where none can be named.</summary>
    private static string Advice(DecisionEvent decision)
    {
        string port = decision is { Stage: not DecisionStage.Dns, Destination.Port: > 0 }
            ? string.Create(CultureInfo.InvariantCulture, $":{decision.Destination.Port}")
            : "";

        // A special destination stays closed whatever name led there, so only its address can be named.
        if (decision.Reason == DecisionReason.NotInAllowList && !decision.Names.IsDefaultOrEmpty)
        {
            return IsSafe(decision.Names[0]) ? $" Allow it with --allow {decision.Names[0]}{port}" : "";
        }

        if (decision.Stage == DecisionStage.Dns || decision.Destination is null)
        {
            return "";
        }

        IPAddress address = Unmapped(decision.Destination);
        return port.Length > 0 && address.AddressFamily == AddressFamily.InterNetworkV6
            ? $" Allow it with --allow [{address}]{port}"
            : $" Allow it with --allow {address}{port}";
    }

    private static bool IsSafe(string name) =>
        name.Length > 0 && name[0] is not ('-' or '.') && !name.AsSpan().ContainsAnyExcept(SafeName);

    private static string UnixAdvice(DecisionEvent decision) => decision.UnixSocket is { } socket
        && (socket[0] == '@' || UnixRuleParser.FindPathProblem(socket, allowPattern: false) is null) && socket.Length > 1
        && !socket.AsSpan().ContainsAnyExcept(SafePath)
        ? $" Allow it with --allow unix:{socket}"
        : "";

    private static string LoopbackAdvice(DecisionEvent decision) => decision.Destination is { Port: > 0 } end
        ? string.Create(CultureInfo.InvariantCulture, $" Allow it with --allow loopback:{end.Port}")
        : " Allow it with --allow loopback";

    private static string Socket(DecisionEvent decision) => decision.SocketFamily == 0
        ? "The socket"
        : $"A socket {IanaNames.SocketFamily(decision.SocketFamily)} {IanaNames.SocketType(decision.SocketType)}"
            + (decision.Protocol == 0 ? "" : $" {IanaNames.Protocol(decision.Protocol)}");

    private static string SystemCall(DecisionEvent decision) =>
        decision.SocketFamily != 0 ? Socket(decision) : $"The system call {decision.SystemCall}";

    private static IPAddress Unmapped(IPEndPoint endPoint) =>
        endPoint.Address.IsIPv4MappedToIPv6 ? endPoint.Address.MapToIPv4() : endPoint.Address;

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
