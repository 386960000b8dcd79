namespace EbpfFirewall.Policies;

/// <summary>What a policy does with what its rules do not name. The values are shared with <c>bpf/include/efw_abi.h</c>.</summary>
public enum PolicyMode : byte
{
    /// <summary>Blocks everything, whatever the rules say. Zero, so that memory nobody wrote blocks.</summary>
    BlockAll = 0,

    /// <summary>Denies what no rule allows.</summary>
    AllowList = 1,

    /// <summary>Allows what no rule denies.</summary>
    DenyList = 2,

    /// <summary>Blocks nothing; every event carries the verdict that would have been.</summary>
    Observe = 3,

    /// <summary>Decides nothing and reports nothing.</summary>
    Disabled = 4,
}
