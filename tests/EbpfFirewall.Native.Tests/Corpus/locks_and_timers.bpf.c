/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Values that hold a lock or a timer, which the kernel finds by their types. */
#include "bpf_test.h"

struct bpf_spin_lock { __u32 val; };
struct bpf_timer { __u64 opaque[2]; } __attribute__((aligned(8)));
struct locked { struct bpf_spin_lock lock; int count; };
struct timed { struct bpf_timer timer; int count; };

static long (*bpf_spin_lock)(struct bpf_spin_lock *lock) = (void *)93;
static long (*bpf_spin_unlock)(struct bpf_spin_lock *lock) = (void *)94;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct locked);
} locked SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct timed);
} timed SEC(".maps");

SEC("tc")
int program(struct __sk_buff *skb)
{
	int key = 0;
	struct locked *value = bpf_map_lookup_elem(&locked, &key);

	if (!value)
		return 0;
	bpf_spin_lock(&value->lock);
	value->count++;
	bpf_spin_unlock(&value->lock);
	return bpf_map_lookup_elem(&timed, &key) != 0;
}
