using System.Globalization;
using System.Text;

namespace EbpfFirewall.DatapathBench;

/// <summary>The kernel's own ways to allow a set of networks and nothing else, in a network namespace.</summary>
internal static class KernelSets
{
    /// <summary>A set of nftables with intervals, and a chain that drops what is not in it.</summary>
    internal static void ApplyNft(string networkPath, (uint Address, int Length)[] networks)
    {
        StringBuilder text = new("table ip bench {\nset allowed { type ipv4_addr; flags interval; auto-merge; elements = {\n");
        text.AppendJoin(",\n", networks.Select(Destinations.Text));
        text.Append("\n}; }\nchain output { type filter hook output priority 0; policy drop; ip daddr @allowed accept; }\n}\n");
        Tool.Run(text.ToString(), "nsenter", $"--net={networkPath}", "nft", "-f", "-");
    }

    /// <summary>An ipset of type hash:net, and an iptables chain that drops what is not in it.</summary>
    internal static void ApplyIpSet(string networkPath, (uint Address, int Length)[] networks)
    {
        Tool.Run(IpSetText(networks), "nsenter", $"--net={networkPath}", "ipset", "restore");
        foreach (string rule in (string[])["-A OUTPUT -m set --match-set allowed dst -j ACCEPT", "-P OUTPUT DROP"])
        {
            Tool.Run("", "nsenter", [$"--net={networkPath}", "iptables-legacy", .. rule.Split(' ')]);
        }
    }

    /// <summary>What ipset restore reads.</summary>
    internal static string IpSetText((uint Address, int Length)[] networks)
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"create allowed hash:net family inet maxelem {Math.Max(networks.Length, 65_536)}");
        foreach ((uint Address, int Length) network in networks)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"add allowed {Destinations.Text(network)}");
        }

        return text.ToString();
    }
}
