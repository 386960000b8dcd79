/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Things that BPF_PROG_TEST_RUN can show: globals, subprograms, callbacks. */
#include "bpf_test.h"

const volatile __u32 factor = 1;
__u64 sum;
static volatile __u32 calls;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} numbers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} per_cpu SEC(".maps");

static __noinline __u32 scale(__u32 x)
{
	calls++;
	return x * factor;
}

__noinline __hidden __u32 twice(__u32 x)
{
	return scale(x) + scale(x);
}

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

SEC("tc")
int length_scaled(struct __sk_buff *skb)
{
	__u32 zero = 0, *mine = bpf_map_lookup_elem(&per_cpu, &zero);

	if (mine)
		*mine += 1;
	return twice(skb->len);
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
