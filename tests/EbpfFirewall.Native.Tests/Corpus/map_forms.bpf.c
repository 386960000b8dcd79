/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Map definitions in all their spellings. */
#include "bpf_test.h"

#define __ulong(name, val) enum { name##_value = val } name
typedef __u32 number_t;
typedef const volatile number_t qualified_t;

enum { BPF_MAP_TYPE_PERF_EVENT_ARRAY = 4, BPF_MAP_TYPE_LRU_PERCPU_HASH = 10, BPF_MAP_TYPE_STACK_TRACE = 7,
       BPF_MAP_TYPE_CGROUP_ARRAY = 8, BPF_MAP_TYPE_DEVMAP = 14, BPF_MAP_TYPE_SOCKMAP = 15, BPF_MAP_TYPE_CPUMAP = 16,
       BPF_MAP_TYPE_SOCKHASH = 18, BPF_MAP_TYPE_STACK = 23, BPF_MAP_TYPE_DEVMAP_HASH = 25, BPF_MAP_TYPE_XSKMAP = 17,
       BPF_MAP_TYPE_REUSEPORT = 20 };

#define SIMPLE(n, t, k, v, e) struct { __uint(type, t); __uint(key_size, k); __uint(value_size, v); __uint(max_entries, e); } n SEC(".maps")

SIMPLE(stacks, BPF_MAP_TYPE_STACK_TRACE, 4, 80, 16);
SIMPLE(cgroups, BPF_MAP_TYPE_CGROUP_ARRAY, 4, 4, 2);
SIMPLE(sockets, BPF_MAP_TYPE_SOCKMAP, 4, 4, 8);
SIMPLE(socket_table, BPF_MAP_TYPE_SOCKHASH, 8, 4, 8);
SIMPLE(stack, BPF_MAP_TYPE_STACK, 0, 8, 8);
SIMPLE(lru, BPF_MAP_TYPE_LRU_HASH, 4, 8, 100);
SIMPLE(lru_per_cpu, BPF_MAP_TYPE_LRU_PERCPU_HASH, 4, 8, 100);
SIMPLE(reuseport, BPF_MAP_TYPE_REUSEPORT, 4, 8, 2);

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__type(key, int);
	__type(value, int);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__type(value, __u64);
	__uint(max_entries, 64);
	__uint(map_extra, 3);
} bloom SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_USER_RINGBUF);
	__uint(max_entries, 8192);
} user_ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 5);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, qualified_t);
	__type(value, struct { qualified_t a; __u64 b[2]; });
} typed SEC(".maps");

struct named_definition {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 3);
	__type(key, __u32);
	__type(value, __u8[12]);
};
struct named_definition named SEC(".maps"), twin SEC(".maps");

struct {
	int (*type)[BPF_MAP_TYPE_ARRAY];
	int (*key_size)[4];
	int (*value_size)[40];
	int (*max_entries)[2];
} spelled_out SEC(".maps");

SEC("tc")
int use(struct __sk_buff *skb)
{
	__u32 key = 0;
	__u64 *value = bpf_map_lookup_elem(&spelled_out, &key);

	return (value != 0) + (bpf_map_lookup_elem(&named, &key) != 0) + (bpf_map_lookup_elem(&typed, &key) != 0);
}
