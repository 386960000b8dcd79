/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Types for relocations to be resolved against: what a kernel could have, always the same. */
#include "bpf_test.h"

struct list_head {
	struct list_head *next, *prev;
};

enum pid_type { PIDTYPE_PID, PIDTYPE_TGID, PIDTYPE_SID = 3 };
enum bpf_map_type { BPF_MAP_TYPE_LPM_TRIE___mine = 11 };
enum wide { WIDE_SMALL = 1, WIDE_LARGE = 0x100000000ULL };

struct task_struct {
	long state;
	struct {
		int pid, tgid;
		union {
			__u32 word;
			struct {
				__u16 low, high;
			};
		};
	};
	struct task_struct *real_parent, *group_leader;
	unsigned sched_reset_on_fork : 1, in_execve : 1, depth : 7;
	struct list_head children[3];
	char comm[24];
	__u64 start_boottime;
	enum pid_type kind;
	enum wide wide;
};

struct sk_buff {
	__u32 length;
	__u8 before : 5, pkt_type : 3;
	__u8 ignore_df : 1;
	struct list_head lists[2][2];
};

union address {
	__u8 bytes[16];
	__u16 halves[8];
	__u32 words[4];
};

struct sockaddr_any {
	__u16 family;
	union address address;
	struct {
		union address source, target;
	} pair;
};

struct table {
	__s64 count : 40, free : 24;
	struct sockaddr_any *const volatile owner;
	struct sockaddr_any entries[];
};

struct task_struct task;
struct sk_buff skb;
struct table table;
enum bpf_map_type type;
