/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Second half: defines what the first declares, and overrides what it defines weakly. */
#define NO_LICENSE
#include "bpf_test.h"

int shared_counter = 7;

__noinline int shared_function(int x)
{
	asm volatile("");
	return x * 3;
}

__noinline int overridden(int x)
{
	asm volatile("");
	return x + 100;
}

extern struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} shared_map __attribute__((section(".maps")));

SEC("tc")
int second(struct __sk_buff *skb)
{
	__u32 key = 2;

	bpf_map_lookup_elem(&shared_map, &key);
	return shared_counter + overridden(2);
}
