/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Things that BPF_PROG_TEST_RUN can show: globals and subprograms. */
#include "bpf_test.h"

const volatile __u32 factor = 1;
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

SEC("tc")
int length_scaled(struct __sk_buff *skb)
{
	__u32 zero = 0, *mine = bpf_map_lookup_elem(&per_cpu, &zero);

	if (mine)
		*mine += 1;
	return twice(skb->len);
}

SEC("cgroup_skb/egress")
int first_number(struct __sk_buff *skb)
{
	__u32 zero = 0;
	__u64 *number = bpf_map_lookup_elem(&numbers, &zero);

	return number && *number;
}
