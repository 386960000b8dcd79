namespace EbpfFirewall.Native;

/// <summary>What an attachment without a link allows below its cgroup and beside it.</summary>
public enum BpfCgroupAttachMode
{
    /// <summary>Neither another program here nor any below.</summary>
    Exclusive = 0,

    /// <summary>One program here; one below replaces it there (<c>BPF_F_ALLOW_OVERRIDE</c>).</summary>
    Override = 1,

    /// <summary>Any number here and below, all of which run (<c>BPF_F_ALLOW_MULTI</c>).</summary>
    Multiple = 2,
}
