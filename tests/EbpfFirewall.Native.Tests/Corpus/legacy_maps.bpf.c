/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Maps as they were defined before BTF. */
#include "bpf_test.h"

struct bpf_map_def {
	__u32 type, key_size, value_size, max_entries, map_flags;
};

struct bpf_map_def SEC("maps") old_hash = { BPF_MAP_TYPE_HASH, 4, 8, 16, BPF_F_NO_PREALLOC };
struct bpf_map_def SEC("maps") old_array = { BPF_MAP_TYPE_ARRAY, 4, 8, 2 };

SEC("tc")
int program(struct __sk_buff *skb)
{
	__u32 key = 1;
	__u64 *value = bpf_map_lookup_elem(&old_array, &key);

	if (value)
		*value = 42;
	return bpf_map_lookup_elem(&old_hash, &key) != 0;
}
