// SPDX-License-Identifier: MIT OR GPL-2.0-only
// The object that both sides load, fill and read.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1 << 21);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, __u64);
} table SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20);
} ring SEC(".maps");

const volatile __u32 wanted = 1;
__u64 lost;

static long produce_one(__u32 index, void *context)
{
	__u64 *record = bpf_ringbuf_reserve(&ring, 56, 0);

	if (!record) {
		lost++;
		return 0;
	}
	record[0] = index;
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
	return 0;
}

/* Fills the ring with as many records of 56 bytes as fit: 2^18. */
SEC("tc")
int fill(struct __sk_buff *skb)
{
	return bpf_loop(1 << 18, produce_one, 0, 0);
}

/* Part of a stream: 4096 records. */
SEC("tc")
int stream(struct __sk_buff *skb)
{
	return bpf_loop(4096, produce_one, 0, 0);
}

SEC("cgroup_skb/egress")
int look_up(struct __sk_buff *skb)
{
	__u64 key = skb->len;

	return bpf_map_lookup_elem(&table, &key) ? wanted : 0;
}

char _license[] SEC("license") = "Dual MIT/GPL";
