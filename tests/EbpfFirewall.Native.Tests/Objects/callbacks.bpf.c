/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Functions whose address is given to helpers, which call them (Linux 5.13 and 5.17). */
#include "bpf_test.h"

__u64 sum;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} numbers SEC(".maps");

static long add(void *map, const __u32 *key, __u64 *value, __u64 *total)
{
	*total += *value;
	return 0;
}

static long step(__u32 index, __u32 *state)
{
	*state += index;
	return 0;
}

SEC("cgroup_skb/egress")
int sum_numbers(struct __sk_buff *skb)
{
	__u64 total = 0;

	bpf_for_each_map_elem(&numbers, add, &total, 0);
	sum = total;
	return 1;
}

SEC("tc")
int loop(struct __sk_buff *skb)
{
	__u32 state = 0;

	bpf_loop(10, step, &state, 0);
	return state;
}
