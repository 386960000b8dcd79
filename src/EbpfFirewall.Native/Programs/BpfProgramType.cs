namespace EbpfFirewall.Native;

/// <summary><c>enum bpf_prog_type</c>.</summary>
public enum BpfProgramType
{
    /// <summary>No type: the section's name says none, and the caller sets it.</summary>
    Unspecified = 0,

    /// <summary>Filter on a socket.</summary>
    SocketFilter = 1,

    /// <summary>kprobe or uprobe.</summary>
    Kprobe = 2,

    /// <summary>Traffic control classifier; also tcx and netkit.</summary>
    SchedCls = 3,

    /// <summary>Traffic control action.</summary>
    SchedAct = 4,

    /// <summary>Tracepoint.</summary>
    Tracepoint = 5,

    /// <summary>XDP.</summary>
    Xdp = 6,

    /// <summary>perf event.</summary>
    PerfEvent = 7,

    /// <summary>Packets of a cgroup's sockets.</summary>
    CgroupSkb = 8,

    /// <summary>Creation, bind and release of a cgroup's sockets.</summary>
    CgroupSock = 9,

    /// <summary>Lightweight tunnel, input.</summary>
    LwtIn = 10,

    /// <summary>Lightweight tunnel, output.</summary>
    LwtOut = 11,

    /// <summary>Lightweight tunnel, transmit.</summary>
    LwtXmit = 12,

    /// <summary>TCP events of a cgroup's sockets.</summary>
    SockOps = 13,

    /// <summary>Stream parser and verdict on a sockmap.</summary>
    SkSkb = 14,

    /// <summary>Device access of a cgroup.</summary>
    CgroupDevice = 15,

    /// <summary>Messages sent on sockets of a sockmap.</summary>
    SkMsg = 16,

    /// <summary>Raw tracepoint.</summary>
    RawTracepoint = 17,

    /// <summary>connect, bind, sendmsg, recvmsg and the like of a cgroup's sockets.</summary>
    CgroupSockAddr = 18,

    /// <summary>Lightweight tunnel, segment routing.</summary>
    LwtSeg6Local = 19,

    /// <summary>Infrared decoder.</summary>
    LircMode2 = 20,

    /// <summary>Choice among reuseport sockets.</summary>
    SkReuseport = 21,

    /// <summary>Flow dissector.</summary>
    FlowDissector = 22,

    /// <summary>Access of a cgroup to sysctl.</summary>
    CgroupSysctl = 23,

    /// <summary>Raw tracepoint that may write its arguments.</summary>
    RawTracepointWritable = 24,

    /// <summary>getsockopt and setsockopt of a cgroup.</summary>
    CgroupSockopt = 25,

    /// <summary>fentry, fexit, fmod_ret, BTF tracepoints and iterators.</summary>
    Tracing = 26,

    /// <summary>Implementation of a kernel structure of functions.</summary>
    StructOps = 27,

    /// <summary>Replacement of a function of another program.</summary>
    Extension = 28,

    /// <summary>Linux security module hook.</summary>
    Lsm = 29,

    /// <summary>Choice of a listening socket.</summary>
    SkLookup = 30,

    /// <summary>Program run by bpf(2) itself.</summary>
    Syscall = 31,

    /// <summary>Netfilter hook.</summary>
    Netfilter = 32,
}
