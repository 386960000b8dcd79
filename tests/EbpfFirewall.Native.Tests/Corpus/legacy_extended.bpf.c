/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Definitions with a loader's own fields behind: zero in one, set in the other. */
#include "bpf_test.h"

struct bpf_map_def {
	__u32 type, key_size, value_size, max_entries, map_flags, id, pinning, inner_id, inner_idx;
};

struct bpf_map_def SEC("maps") plain = { BPF_MAP_TYPE_HASH, 4, 8, 16 };
#ifdef FOREIGN
struct bpf_map_def SEC("maps") foreign = { BPF_MAP_TYPE_HASH, 4, 8, 16, 0, 0, 2 };
#endif

SEC("tc")
int program(struct __sk_buff *skb)
{
	__u32 key = 1;

	return bpf_map_lookup_elem(&plain, &key) != 0;
}
