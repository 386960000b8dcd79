namespace EbpfFirewall.Dns.Proxy;

/// <summary>What happens when a public name answers with an address inside this network.</summary>
public enum RebindingGuard : byte
{
    /// <summary>The answer is withheld, unless an address rule allows the address.</summary>
    On = 0,

    /// <summary>The answer counts like any other.</summary>
    Off = 1,
}
