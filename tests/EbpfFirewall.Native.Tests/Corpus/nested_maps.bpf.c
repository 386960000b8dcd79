/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Maps of maps: named and anonymous templates, hash and array, filled and empty slots. */
#include "bpf_test.h"

struct inner {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} inner_one SEC(".maps"), inner_two SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 4);
	__uint(key_size, 4);
	__array(values, struct inner);
} by_key SEC(".maps") = { .values = { [0] = &inner_one, [2] = &inner_two } };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__uint(key_size, 4);
	__uint(value_size, 4);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_ARRAY);
		__uint(max_entries, 1);
		__type(key, int);
		__type(value, int);
	});
} anonymous SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__array(values, struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); });
} rings SEC(".maps");

int tail(struct __sk_buff *skb);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(key_size, 4);
	__uint(max_entries, 3);
	__array(values, int(void *));
} tails SEC(".maps") = { .values = { [2] = (void *)&tail } };

SEC("tc")
int entry(struct __sk_buff *skb)
{
	__u32 key = 2, zero = 0;
	void *map = bpf_map_lookup_elem(&by_key, &key);

	if (map)
		bpf_map_lookup_elem(map, &zero);
	bpf_map_lookup_elem(&anonymous, &zero);
	bpf_tail_call(skb, &tails, 2);
	return 0;
}

SEC("tc")
int tail(struct __sk_buff *skb)
{
	return 5;
}
