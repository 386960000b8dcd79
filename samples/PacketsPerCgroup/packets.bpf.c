// SPDX-License-Identifier: MIT OR GPL-2.0-only
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, __u64);
} packets SEC(".maps");

SEC("cgroup_skb/egress")
int count(struct __sk_buff *skb)
{
	__u64 cgroup = bpf_skb_cgroup_id(skb), one = 1, *known;

	known = bpf_map_lookup_elem(&packets, &cgroup);
	if (known)
		__sync_fetch_and_add(known, 1);
	else
		bpf_map_update_elem(&packets, &cgroup, &one, BPF_NOEXIST);
	return 1;
}

char _license[] SEC("license") = "Dual MIT/GPL";
