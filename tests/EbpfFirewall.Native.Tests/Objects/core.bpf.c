/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Each kind of CO-RE relocation, against real kernel types. */
#include "bpf_test.h"

struct task_struct {
	int tgid;
	struct task_struct *real_parent;
	char comm[16];
	__u64 start_boottime;
} CORE;

struct task_struct___old {
	int tgid;
	int no_such_field_ever;
} CORE;

struct no_such_struct_ever {
	int x;
} CORE;

struct sk_buff___bits {
	__u8 pkt_type : 3;
	__u8 ignore_df : 1;
} CORE;

enum bpf_map_type___mine {
	BPF_MAP_TYPE_LPM_TRIE___mine = 99,
	NO_SUCH_ENUMERATOR = 7,
};

struct list_head {
	struct list_head *next, *prev;
} CORE;

struct list_head___other {
	int next;
} CORE;

struct answers {
	__u32 tgid;
	__u32 parent_tgid;
	__u32 own_tgid;
	__u32 has_comm;
	__u32 has_missing;
	__u32 comm_size;
	__u32 type_exists;
	__u32 missing_type_exists;
	__u64 enum_value;
	__u32 enum_exists;
	__u32 missing_enum_exists;
	__u32 type_size;
	__u32 tgid_signed;
	__u32 boottime_signed;
	__u32 type_matches;
	__u32 type_does_not_match;
	__u32 local_id;
	__u32 target_id;
	__u32 bit_size;
	__u32 left_shift;
	__u32 right_shift;
	__u32 comm_offset;
	__u32 bit_offset;
};

struct answers answers;

#define FIELD(kind, f) __builtin_preserve_field_info(f, kind)
#define READ(dst, src) bpf_probe_read_kernel(dst, sizeof(*(dst)), src)

SEC("raw_tp/sys_enter")
int ask(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct task_struct *parent = 0;
	struct task_struct___old *old = (void *)task;
	struct sk_buff___bits *skb = 0;

	if (answers.tgid)
		return 0;
	READ(&answers.tgid, &task->tgid);
	READ(&parent, &task->real_parent);
	READ(&answers.parent_tgid, &parent->tgid);
	answers.own_tgid = bpf_get_current_pid_tgid() >> 32;
	answers.comm_offset = FIELD(0, task->comm);
	answers.comm_size = FIELD(1, task->comm);
	answers.has_comm = FIELD(2, task->comm);
	answers.has_missing = FIELD(2, old->no_such_field_ever);
	answers.tgid_signed = FIELD(3, task->tgid);
	answers.boottime_signed = FIELD(3, task->start_boottime);
	answers.bit_offset = FIELD(0, skb->ignore_df);
	answers.bit_size = FIELD(1, skb->ignore_df);
	answers.left_shift = FIELD(4, skb->ignore_df);
	answers.right_shift = FIELD(5, skb->ignore_df);
	answers.type_exists = __builtin_preserve_type_info(*(struct task_struct *)0, 0);
	answers.missing_type_exists = __builtin_preserve_type_info(*(struct no_such_struct_ever *)0, 0);
	answers.type_size = __builtin_preserve_type_info(*(struct list_head *)0, 1);
	answers.type_matches = __builtin_preserve_type_info(*(struct list_head *)0, 2);
	answers.type_does_not_match = __builtin_preserve_type_info(*(struct list_head___other *)0, 2);
	answers.local_id = __builtin_btf_type_id(*(struct list_head *)0, 0);
	answers.target_id = __builtin_btf_type_id(*(struct list_head *)0, 1);
	answers.enum_exists = __builtin_preserve_enum_value(
		*(enum bpf_map_type___mine *)BPF_MAP_TYPE_LPM_TRIE___mine, 0);
	answers.missing_enum_exists = __builtin_preserve_enum_value(
		*(enum bpf_map_type___mine *)NO_SUCH_ENUMERATOR, 0);
	answers.enum_value = __builtin_preserve_enum_value(
		*(enum bpf_map_type___mine *)BPF_MAP_TYPE_LPM_TRIE___mine, 1);
	return 0;
}
