namespace EbpfFirewall.Native.Tests.Abi;

/// <summary>Which C structure each structure of ours is, and which member each of its fields.</summary>
internal static class KernelStructures
{
    /// <summary>One line a structure: our name, the C type, <c>=</c> where the size must be the same, then field:member pairs.</summary>
    internal const string Table = """
        MapCreateAttributes|union bpf_attr||MapType:map_type KeySize:key_size ValueSize:value_size MaxEntries:max_entries Flags:map_flags InnerMapFd:inner_map_fd NumaNode:numa_node Name:map_name InterfaceIndex:map_ifindex BtfFd:btf_fd BtfKeyTypeId:btf_key_type_id BtfValueTypeId:btf_value_type_id BtfVmlinuxValueTypeId:btf_vmlinux_value_type_id Extra:map_extra ValueTypeBtfFd:value_type_btf_obj_fd TokenFd:map_token_fd
        MapElementAttributes|union bpf_attr||MapFd:map_fd Key:key Value:value Flags:flags
        MapBatchAttributes|union bpf_attr||InCursor:batch.in_batch OutCursor:batch.out_batch Keys:batch.keys Values:batch.values Count:batch.count MapFd:batch.map_fd ElementFlags:batch.elem_flags Flags:batch.flags
        ProgramLoadAttributes|union bpf_attr||ProgramType:prog_type InstructionCount:insn_cnt Instructions:insns License:license LogLevel:log_level LogSize:log_size LogBuffer:log_buf KernelVersion:kern_version Flags:prog_flags Name:prog_name InterfaceIndex:prog_ifindex ExpectedAttachType:expected_attach_type BtfFd:prog_btf_fd FuncInfoRecordSize:func_info_rec_size FuncInfo:func_info FuncInfoCount:func_info_cnt LineInfoRecordSize:line_info_rec_size LineInfo:line_info LineInfoCount:line_info_cnt AttachBtfId:attach_btf_id AttachFd:attach_prog_fd CoreRelocationCount:core_relo_cnt FdArray:fd_array CoreRelocations:core_relos CoreRelocationRecordSize:core_relo_rec_size LogTrueSize:log_true_size TokenFd:prog_token_fd FdArrayCount:fd_array_cnt
        ObjectPathAttributes|union bpf_attr||Path:pathname Fd:bpf_fd FileFlags:file_flags PathFd:path_fd
        ProgramAttachAttributes|union bpf_attr||TargetFd:target_fd ProgramFd:attach_bpf_fd AttachType:attach_type Flags:attach_flags ReplaceProgramFd:replace_bpf_fd RelativeFd:relative_fd ExpectedRevision:expected_revision
        TestRunAttributes|union bpf_attr||ProgramFd:test.prog_fd ReturnValue:test.retval DataSizeIn:test.data_size_in DataSizeOut:test.data_size_out DataIn:test.data_in DataOut:test.data_out Repeat:test.repeat DurationNs:test.duration ContextSizeIn:test.ctx_size_in ContextSizeOut:test.ctx_size_out ContextIn:test.ctx_in ContextOut:test.ctx_out Flags:test.flags Cpu:test.cpu BatchSize:test.batch_size
        IdAttributes|union bpf_attr||Id:start_id NextId:next_id OpenFlags:open_flags
        InfoAttributes|union bpf_attr||Fd:info.bpf_fd Length:info.info_len Info:info.info
        ProgramQueryAttributes|union bpf_attr||TargetFd:query.target_fd AttachType:query.attach_type QueryFlags:query.query_flags AttachFlags:query.attach_flags ProgramIds:query.prog_ids Count:query.prog_cnt ProgramAttachFlags:query.prog_attach_flags LinkIds:query.link_ids LinkAttachFlags:query.link_attach_flags Revision:query.revision
        RawTracepointAttributes|union bpf_attr||Name:raw_tracepoint.name ProgramFd:raw_tracepoint.prog_fd Cookie:raw_tracepoint.cookie
        BtfLoadAttributes|union bpf_attr||Btf:btf LogBuffer:btf_log_buf Size:btf_size LogSize:btf_log_size LogLevel:btf_log_level LogTrueSize:btf_log_true_size Flags:btf_flags TokenFd:btf_token_fd
        LinkCreateAttributes|union bpf_attr||ProgramFd:link_create.prog_fd TargetFd:link_create.target_fd AttachType:link_create.attach_type Flags:link_create.flags TargetBtfId:link_create.target_btf_id IteratorInfo:link_create.iter_info IteratorInfoLength:link_create.iter_info_len PerfCookie:link_create.perf_event.bpf_cookie RelativeFd:link_create.tcx.relative_fd ExpectedRevision:link_create.tcx.expected_revision TracingCookie:link_create.tracing.cookie KprobeFlags:link_create.kprobe_multi.flags KprobeCount:link_create.kprobe_multi.cnt KprobeSymbols:link_create.kprobe_multi.syms UprobePath:link_create.uprobe_multi.path UprobeOffsets:link_create.uprobe_multi.offsets UprobeCount:link_create.uprobe_multi.cnt UprobeFlags:link_create.uprobe_multi.flags UprobePid:link_create.uprobe_multi.pid NetfilterFamily:link_create.netfilter.pf NetfilterHook:link_create.netfilter.hooknum NetfilterPriority:link_create.netfilter.priority NetfilterFlags:link_create.netfilter.flags
        LinkUpdateAttributes|union bpf_attr||LinkFd:link_update.link_fd NewProgramFd:link_update.new_prog_fd Flags:link_update.flags OldProgramFd:link_update.old_prog_fd
        LinkFdAttributes|union bpf_attr||LinkFd:link_detach.link_fd Flags:iter_create.flags
        ProgramBindMapAttributes|union bpf_attr||ProgramFd:prog_bind_map.prog_fd MapFd:prog_bind_map.map_fd Flags:prog_bind_map.flags
        TokenCreateAttributes|union bpf_attr||Flags:token_create.flags FileSystemFd:token_create.bpffs_fd
        EnableStatsAttributes|union bpf_attr||Type:enable_stats.type
        MapInfo|struct bpf_map_info||Type:type Id:id KeySize:key_size ValueSize:value_size MaxEntries:max_entries Flags:map_flags Name:name InterfaceIndex:ifindex BtfVmlinuxValueTypeId:btf_vmlinux_value_type_id NetworkNamespaceDevice:netns_dev NetworkNamespaceInode:netns_ino BtfId:btf_id BtfKeyTypeId:btf_key_type_id BtfValueTypeId:btf_value_type_id BtfVmlinuxId:btf_vmlinux_id Extra:map_extra
        ProgramInfo|struct bpf_prog_info||Type:type Id:id Tag:tag JitedLength:jited_prog_len TranslatedLength:xlated_prog_len JitedInstructions:jited_prog_insns TranslatedInstructions:xlated_prog_insns LoadTimeNs:load_time CreatedByUid:created_by_uid MapIdCount:nr_map_ids MapIds:map_ids Name:name InterfaceIndex:ifindex BtfId:btf_id RunTimeNs:run_time_ns RunCount:run_cnt RecursionMisses:recursion_misses VerifiedInstructions:verified_insns AttachBtfObjectId:attach_btf_obj_id AttachBtfId:attach_btf_id
        BtfInfo|struct bpf_btf_info|=|Btf:btf Size:btf_size Id:id Name:name NameLength:name_len IsKernelBtf:kernel_btf
        LinkInfo|struct bpf_link_info||Type:type Id:id ProgramId:prog_id CgroupId:cgroup.cgroup_id CgroupAttachType:cgroup.attach_type InterfaceIndex:tcx.ifindex InterfaceAttachType:tcx.attach_type TracingAttachType:tracing.attach_type NamespaceInode:netns.netns_ino NamespaceAttachType:netns.attach_type Name:raw_tracepoint.tp_name NameLength:raw_tracepoint.tp_name_len
        PerfEventAttributes|struct perf_event_attr||Type:type Size:size Config:config Config1:config1 Config2:config2
        TrafficControlMessage|struct tcmsg|=|Family:tcm_family InterfaceIndex:tcm_ifindex Handle:tcm_handle Parent:tcm_parent Info:tcm_info
        SocketDiagnosisRequest|struct inet_diag_req_v2|=|Family:sdiag_family Protocol:sdiag_protocol States:idiag_states SocketId:id
        """;
}
