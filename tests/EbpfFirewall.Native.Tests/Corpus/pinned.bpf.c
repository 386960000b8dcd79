/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Maps that want to be pinned by name. */
#include "bpf_test.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__uint(pinning, 1);
	__type(key, int);
	__type(value, int);
} efw_native_pinned SEC(".maps");

SEC("tc") int program(struct __sk_buff *skb)
{
	int key = 0;

	return bpf_map_lookup_elem(&efw_native_pinned, &key) != 0;
}
