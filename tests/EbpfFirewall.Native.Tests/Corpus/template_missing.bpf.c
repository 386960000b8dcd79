/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* A map of maps without a template: no loader can create it. */
#include "bpf_test.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__uint(key_size, 4);
	__uint(value_size, 4);
} outer SEC(".maps");

SEC("tc") int program(struct __sk_buff *skb)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&outer, &key) != 0;
}
