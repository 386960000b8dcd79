namespace EbpfFirewall.DatapathBench;

/// <summary>What traffic goes through.</summary>
internal enum FilterKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The product.</summary>
    Ours,

    /// <summary>A program that allows without looking.</summary>
    Pass,

    /// <summary>A program with one look-up in the kernel's trie.</summary>
    Trie,

    /// <summary>A set of nftables.</summary>
    Nft,

    /// <summary>An ipset.</summary>
    IpSet,

    /// <summary>A program of somebody else.</summary>
    Foreign,
}
