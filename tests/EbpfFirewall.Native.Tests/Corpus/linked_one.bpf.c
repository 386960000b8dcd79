/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* First half of a statically linked object. */
#include "bpf_test.h"

#define __weak __attribute__((weak))
extern int shared_counter;
int shared_function(int x);

__weak __noinline int overridden(int x)
{
	asm volatile("");
	return x + 1;
}

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} shared_map SEC(".maps");

SEC("tc")
int first(struct __sk_buff *skb)
{
	__u32 key = 1;

	bpf_map_lookup_elem(&shared_map, &key);
	return shared_function(skb->len) + overridden(1) + shared_counter++;
}
