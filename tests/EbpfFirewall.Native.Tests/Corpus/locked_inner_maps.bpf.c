/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Inner maps whose values hold a lock: template and inner map must have the same types. */
#include "bpf_test.h"

struct bpf_spin_lock { __u32 val; };
struct locked { struct bpf_spin_lock lock; int count; };

static long (*bpf_spin_lock)(struct bpf_spin_lock *lock) = (void *)93;
static long (*bpf_spin_unlock)(struct bpf_spin_lock *lock) = (void *)94;

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct locked);
} first SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, int);
	__array(values, struct inner);
} outer SEC(".maps") = { .values = { [1] = &first } };

SEC("tc")
int program(struct __sk_buff *skb)
{
	int key = 1, zero = 0;
	void *inner = bpf_map_lookup_elem(&outer, &key);
	struct locked *value;

	if (!inner)
		return 0;
	value = bpf_map_lookup_elem(inner, &zero);
	if (!value)
		return 0;
	bpf_spin_lock(&value->lock);
	value->count++;
	bpf_spin_unlock(&value->lock);
	return 1;
}
