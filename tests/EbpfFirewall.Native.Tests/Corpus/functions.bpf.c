/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Global, static, hidden and weak functions, callbacks, calls between sections. */
#include "bpf_test.h"

#define __weak __attribute__((weak))

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} table SEC(".maps");

__weak __noinline int weak_one(int x)
{
	asm volatile("");
	return x + 1;
}

__hidden __noinline int hidden_one(int x)
{
	asm volatile("");
	return x * 2;
}

static __noinline int leaf(int x)
{
	asm volatile("");
	return x + 3;
}

static __noinline int middle(int x)
{
	return leaf(x) + hidden_one(x);
}

static long visit(void *map, const __u32 *key, __u64 *value, void *ctx)
{
	*value += leaf(*key);
	return 0;
}

static long step(__u32 i, void *ctx)
{
	return i > 3;
}

SEC("tc")
int one(struct __sk_buff *skb)
{
	bpf_for_each_map_elem(&table, visit, 0, 0);
	return middle(skb->len) + weak_one(1);
}

SEC("classifier")
int two(struct __sk_buff *skb)
{
	bpf_loop(10, step, 0, 0);
	return weak_one(2) + leaf(4);
}
