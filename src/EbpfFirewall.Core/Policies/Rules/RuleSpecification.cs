using System.Collections.Immutable;

namespace EbpfFirewall.Policies.Rules;

/// <summary>What a rule's text means.</summary>
/// <param name="Target">What it speaks of.</param>
/// <param name="Ports">Its ports, sorted, disjoint and not adjacent; empty for any.</param>
/// <param name="Protocols">Its transports.</param>
internal sealed record RuleSpecification(RuleTarget Target, ImmutableArray<PortRange> Ports, TransportProtocols Protocols)
{
    /// <summary>The text without its options, as it was given.</summary>
    internal string Text { get; init; } = "";

    /// <summary>The id that was given; null when none was.</summary>
    internal string? Id { get; init; }

    /// <summary>The comment that was given; empty when none was.</summary>
    internal string Comment { get; init; } = "";

    /// <summary>The path of the program that it is for; null: every program.</summary>
    internal string? Executable { get; init; }

    /// <summary>Its limits.</summary>
    internal ImmutableArray<PolicyLimit> Limits { get; init; } = [];

    internal bool HasPorts => Ports.Length > 0;

    internal bool HasProtocol => Protocols != TransportProtocols.TcpAndUdp;

    /// <summary>The normal form: equal for rules that mean the same, and a rule itself.</summary>
    public override string ToString() => Executable is null ? Place() : $"{Place()} exe={RuleValue.Quote(Executable)}";

    private string Place()
    {
        string scheme = Protocols switch
        {
            TransportProtocols.Tcp => "tcp://",
            TransportProtocols.Udp => "udp://",
            _ => "",
        };
        string target = Target.ToString()!;
        if (!HasPorts)
        {
            return scheme + target;
        }

        if (Target is RuleTarget.Network { Prefix: { IsIPv6: true } prefix })
        {
            target = prefix.IsSingleAddress ? $"[{prefix.ToAddress()}]" : $"[{prefix.ToAddress()}]/{prefix.Length}";
        }

        return $"{scheme}{target}:{string.Join(',', Ports)}";
    }
}
