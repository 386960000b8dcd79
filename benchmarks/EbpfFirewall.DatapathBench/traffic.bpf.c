/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * What a filter is compared with, and the end of the wire: datagrams have
 * nobody to receive them, and go no further than the other side's device.
 */
#include "include/bpf_api.h"

#define BENCH_UDP 17
#define BENCH_TC_OK 0
#define BENCH_TC_SHOT 2
#define BENCH_ETHERNET 14

struct bench_prefix {
	__u32 bits;
	__u32 addr;
};

struct bench_ip {
	__u8 version_length;
	__u8 tos;
	__u16 length;
	__u32 id_offset;
	__u8 ttl;
	__u8 protocol;
	__u16 checksum;
	__u32 source;
	__u32 dest;
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct bench_prefix);
	__type(value, __u32);
} bench_allowed SEC(".maps");

SEC("cgroup_skb/egress")
int bench_pass(struct __sk_buff *skb)
{
	(void)skb;
	return 1;
}

SEC("cgroup_skb/egress")
int bench_lpm(struct __sk_buff *skb)
{
	const struct bench_ip *ip = (void *)(long)skb->data;
	struct bench_prefix key = {32};

	if ((void *)(ip + 1) > (void *)(long)skb->data_end ||
	    ip->version_length >> 4 != 4)
		return 1;
	key.addr = ip->dest;
	return bpf_map_lookup_elem(&bench_allowed, &key) != 0;
}

SEC("tc")
int bench_sink(struct __sk_buff *skb)
{
	const struct bench_ip *ip =
		(void *)(long)skb->data + BENCH_ETHERNET;

	if ((void *)(ip + 1) > (void *)(long)skb->data_end ||
	    ip->version_length >> 4 != 4)
		return BENCH_TC_OK;
	return ip->protocol == BENCH_UDP ? BENCH_TC_SHOT : BENCH_TC_OK;
}

char bench_license[] SEC("license") = "Dual MIT/GPL";
