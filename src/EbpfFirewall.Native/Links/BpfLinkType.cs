namespace EbpfFirewall.Native;

/// <summary><c>enum bpf_link_type</c>.</summary>
public enum BpfLinkType
{
    /// <summary>None.</summary>
    Unspecified = 0,

    /// <summary>Raw tracepoint.</summary>
    RawTracepoint = 1,

    /// <summary>fentry, fexit, fmod_ret, LSM.</summary>
    Tracing = 2,

    /// <summary>Cgroup.</summary>
    Cgroup = 3,

    /// <summary>Iterator.</summary>
    Iterator = 4,

    /// <summary>Network namespace: flow dissector, sk_lookup.</summary>
    NetworkNamespace = 5,

    /// <summary>XDP.</summary>
    Xdp = 6,

    /// <summary>perf event: kprobe, uprobe, tracepoint.</summary>
    PerfEvent = 7,

    /// <summary>Many kprobes.</summary>
    KprobeMulti = 8,

    /// <summary>struct_ops.</summary>
    StructOps = 9,

    /// <summary>Netfilter.</summary>
    Netfilter = 10,

    /// <summary>tcx.</summary>
    Tcx = 11,

    /// <summary>Many uprobes.</summary>
    UprobeMulti = 12,

    /// <summary>netkit.</summary>
    Netkit = 13,

    /// <summary>sockmap.</summary>
    SockMap = 14,
}
