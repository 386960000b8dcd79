using System.Collections.Immutable;
using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Policies.Parsing;

/// <summary>A name, an address, a network or <c>loopback</c>, with ports where they are given.</summary>
internal static class HostRuleParser
{
    internal static RuleSpecification? Parse(RuleSlice text, TransportProtocols protocols)
    {
        if (text.IsEmpty)
        {
            text.Fail(0, "the destination is missing", "write a name, an address or a network");
            return null;
        }

        if (!TrySplitPorts(text, out RuleSlice host, out RuleSlice? portText))
        {
            return null;
        }

        RuleTarget? target = ParseTarget(host);
        ImmutableArray<PortRange> ports = [];
        bool portsAreRight = portText is not { } list || PortList.TryParse(list, out ports);
        return target is null || !portsAreRight ? null : new RuleSpecification(target, ports, protocols);
    }

    /// <summary>
    /// Finds the colon in front of the ports. An IPv6 address has colons of its own, so it takes ports only in brackets.
    /// </summary>
    private static bool TrySplitPorts(RuleSlice text, out RuleSlice host, out RuleSlice? ports)
    {
        host = text;
        ports = null;
        int colon = text.IndexOf(':');
        if (text[0] == '[')
        {
            int bracket = text.IndexOf(']');
            if (bracket < 0)
            {
                return text.Fail(0, "the closing bracket is missing", "write [2001:db8::1]:443 or [2001:db8::]/32:443");
            }

            RuleSlice tail = text.From(bracket);
            colon = tail.IndexOf(':');
            colon = colon < 0 ? -1 : bracket + colon;
        }
        else if (colon >= 0 && AddressText.LooksLikeIPv6(text.Span))
        {
            return true;
        }

        if (colon >= 0)
        {
            host = text.To(colon);
            ports = text.From(colon + 1);
        }

        return !host.IsEmpty || text.Fail(0, "the host in front of \":\" is missing", "for every host write 0.0.0.0/0:443 and [::]/0:443");
    }

    private static RuleTarget? ParseTarget(RuleSlice host)
    {
        if (host.Is("loopback"))
        {
            return new RuleTarget.Loopback();
        }

        if (AddressText.LooksLikeAddress(host.Span))
        {
            return AddressText.TryParse(host, out AddressPrefix prefix) ? new RuleTarget.Network(prefix) : null;
        }

        return NameText.Parse(host);
    }
}
