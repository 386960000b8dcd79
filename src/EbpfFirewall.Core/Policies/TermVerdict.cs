namespace EbpfFirewall.Policies;

/// <summary>What a compiled term says. The values are shared with <c>bpf/include/efw_policy.h</c>.</summary>
public enum TermVerdict : byte
{
    /// <summary>Deny: a rule says so.</summary>
    Deny = 0,

    /// <summary>Allow: a rule says so.</summary>
    Allow = 1,

    /// <summary>Allow when the listener belongs to the same sandbox, else deny (loopback without a rule).</summary>
    OwnListener = 2,

    /// <summary>Deny: a reserved destination that no rule names.</summary>
    Reserved = 3,
}
