using static EbpfFirewall.Native.BpfAttachType;
using static EbpfFirewall.Native.BpfProgramType;

namespace EbpfFirewall.Native.Objects;

/// <summary>What the name of a section says about its programs: the convention of libbpf, of which more is accepted than libbpf does.</summary>
internal static class SectionTypes
{
    private static readonly Dictionary<string, SectionType> Table = Build();

    /// <summary>
    /// Looks a section name up, longest match first: <c>tp/sched/sched_switch</c> is found as <c>tp</c> with the target
    /// <c>sched/sched_switch</c>. An unknown name gives an unspecified type.
    /// </summary>
    internal static SectionType Find(string section)
    {
        string name = section;
        while (true)
        {
            if (Table.TryGetValue(name, out SectionType? type))
            {
                return type with { Target = name.Length == section.Length ? "" : section[(name.Length + 1)..] };
            }

            int slash = name.LastIndexOf('/');
            if (slash < 0)
            {
                return new SectionType(Unspecified, null);
            }

            name = name[..slash];
        }
    }

    private static Dictionary<string, SectionType> Build()
    {
        Dictionary<string, SectionType> table = [];
        void Add(string names, BpfProgramType type, BpfAttachType? attach = null, BpfProgramFlags flags = BpfProgramFlags.None)
        {
            foreach (string name in names.Split(' '))
            {
                table.Add(name, new SectionType(type, attach, flags));
            }
        }

        const BpfProgramFlags Sleeps = BpfProgramFlags.Sleepable;
        const BpfProgramFlags Fragments = BpfProgramFlags.XdpHasFragments;
        Add("socket", SocketFilter);
        Add("kprobe kretprobe ksyscall kretsyscall uprobe uretprobe usdt", Kprobe);
        Add("uprobe.s uretprobe.s usdt.s", Kprobe, null, Sleeps);
        Add("kprobe.multi kretprobe.multi", Kprobe, TraceKprobeMulti);
        Add("kprobe.session", Kprobe, TraceKprobeSession);
        Add("uprobe.multi uretprobe.multi", Kprobe, TraceUprobeMulti);
        Add("uprobe.multi.s uretprobe.multi.s", Kprobe, TraceUprobeMulti, Sleeps);
        Add("uprobe.session", Kprobe, TraceUprobeSession);
        Add("uprobe.session.s", Kprobe, TraceUprobeSession, Sleeps);
        Add("tc classifier", SchedCls);
        Add("action", SchedAct);
        Add("tcx/ingress tc/ingress", SchedCls, TcxIngress);
        Add("tcx/egress tc/egress", SchedCls, TcxEgress);
        Add("netkit/primary", SchedCls, NetkitPrimary);
        Add("netkit/peer", SchedCls, NetkitPeer);
        Add("tracepoint tp", Tracepoint);
        Add("tracepoint.s tp.s", Tracepoint, null, Sleeps);
        Add("raw_tracepoint raw_tp", RawTracepoint);
        Add("raw_tracepoint.s raw_tp.s", RawTracepoint, null, Sleeps);
        Add("raw_tracepoint.w raw_tp.w", RawTracepointWritable);
        Add("tp_btf", Tracing, TraceRawTracepoint);
        Add("tp_btf.s", Tracing, TraceRawTracepoint, Sleeps);
        Add("fentry", Tracing, TraceFentry);
        Add("fentry.s", Tracing, TraceFentry, Sleeps);
        Add("fexit", Tracing, TraceFexit);
        Add("fexit.s", Tracing, TraceFexit, Sleeps);
        Add("fsession", Tracing, TraceFsession);
        Add("fsession.s", Tracing, TraceFsession, Sleeps);
        Add("fentry.multi", Tracing, TraceFentryMulti);
        Add("fentry.multi.s", Tracing, TraceFentryMulti, Sleeps);
        Add("fexit.multi", Tracing, TraceFexitMulti);
        Add("fexit.multi.s", Tracing, TraceFexitMulti, Sleeps);
        Add("fsession.multi", Tracing, TraceFsessionMulti);
        Add("fsession.multi.s", Tracing, TraceFsessionMulti, Sleeps);
        Add("fmod_ret", Tracing, ModifyReturn);
        Add("fmod_ret.s", Tracing, ModifyReturn, Sleeps);
        Add("iter", Tracing, TraceIterator);
        Add("iter.s", Tracing, TraceIterator, Sleeps);
        Add("freplace", Extension);
        Add("lsm", Lsm, LsmMac);
        Add("lsm.s", Lsm, LsmMac, Sleeps);
        Add("lsm_cgroup", Lsm, LsmCgroup);
        Add("syscall", Syscall, null, Sleeps);
        Add("struct_ops", BpfProgramType.StructOps);
        Add("struct_ops.s", BpfProgramType.StructOps, null, Sleeps);
        Add("xdp", BpfProgramType.Xdp, BpfAttachType.Xdp);
        Add("xdp.frags", BpfProgramType.Xdp, BpfAttachType.Xdp, Fragments);
        Add("xdp/devmap", BpfProgramType.Xdp, XdpDevmap);
        Add("xdp.frags/devmap", BpfProgramType.Xdp, XdpDevmap, Fragments);
        Add("xdp/cpumap", BpfProgramType.Xdp, XdpCpumap);
        Add("xdp.frags/cpumap", BpfProgramType.Xdp, XdpCpumap, Fragments);
        Add("perf_event", BpfProgramType.PerfEvent);
        Add("lwt_in", LwtIn);
        Add("lwt_out", LwtOut);
        Add("lwt_xmit", LwtXmit);
        Add("lwt_seg6local", LwtSeg6Local);
        Add("sockops", SockOps, CgroupSockOps);
        Add("sk_skb", SkSkb);
        Add("sk_skb/stream_parser", SkSkb, SkSkbStreamParser);
        Add("sk_skb/stream_verdict", SkSkb, SkSkbStreamVerdict);
        Add("sk_skb/verdict", SkSkb, SkSkbVerdict);
        Add("sk_msg", SkMsg, SkMsgVerdict);
        Add("sk_reuseport", SkReuseport, SkReuseportSelect);
        Add("sk_reuseport/migrate", SkReuseport, SkReuseportSelectOrMigrate);
        Add("sk_lookup", BpfProgramType.SkLookup, BpfAttachType.SkLookup);
        Add("lirc_mode2", BpfProgramType.LircMode2, BpfAttachType.LircMode2);
        Add("flow_dissector", BpfProgramType.FlowDissector, BpfAttachType.FlowDissector);
        Add("netfilter", BpfProgramType.Netfilter, BpfAttachType.Netfilter);
        Add("cgroup/skb", CgroupSkb);
        Add("cgroup_skb/ingress", CgroupSkb, CgroupInetIngress);
        Add("cgroup_skb/egress", CgroupSkb, CgroupInetEgress);
        Add("cgroup/sock cgroup/sock_create", CgroupSock, CgroupInetSockCreate);
        Add("cgroup/sock_release", CgroupSock, CgroupInetSockRelease);
        Add("cgroup/post_bind4", CgroupSock, CgroupInet4PostBind);
        Add("cgroup/post_bind6", CgroupSock, CgroupInet6PostBind);
        Add("cgroup/bind4", CgroupSockAddr, CgroupInet4Bind);
        Add("cgroup/bind6", CgroupSockAddr, CgroupInet6Bind);
        Add("cgroup/connect4", CgroupSockAddr, CgroupInet4Connect);
        Add("cgroup/connect6", CgroupSockAddr, CgroupInet6Connect);
        Add("cgroup/connect_unix", CgroupSockAddr, CgroupUnixConnect);
        Add("cgroup/sendmsg4", CgroupSockAddr, CgroupUdp4Sendmsg);
        Add("cgroup/sendmsg6", CgroupSockAddr, CgroupUdp6Sendmsg);
        Add("cgroup/sendmsg_unix", CgroupSockAddr, CgroupUnixSendmsg);
        Add("cgroup/recvmsg4", CgroupSockAddr, CgroupUdp4Recvmsg);
        Add("cgroup/recvmsg6", CgroupSockAddr, CgroupUdp6Recvmsg);
        Add("cgroup/recvmsg_unix", CgroupSockAddr, CgroupUnixRecvmsg);
        Add("cgroup/getpeername4", CgroupSockAddr, CgroupInet4GetPeerName);
        Add("cgroup/getpeername6", CgroupSockAddr, CgroupInet6GetPeerName);
        Add("cgroup/getpeername_unix", CgroupSockAddr, CgroupUnixGetPeerName);
        Add("cgroup/getsockname4", CgroupSockAddr, CgroupInet4GetSockName);
        Add("cgroup/getsockname6", CgroupSockAddr, CgroupInet6GetSockName);
        Add("cgroup/getsockname_unix", CgroupSockAddr, CgroupUnixGetSockName);
        Add("cgroup/sysctl", BpfProgramType.CgroupSysctl, BpfAttachType.CgroupSysctl);
        Add("cgroup/getsockopt", CgroupSockopt, CgroupGetsockopt);
        Add("cgroup/setsockopt", CgroupSockopt, CgroupSetsockopt);
        Add("cgroup/dev", BpfProgramType.CgroupDevice, BpfAttachType.CgroupDevice);
        return table;
    }
}
