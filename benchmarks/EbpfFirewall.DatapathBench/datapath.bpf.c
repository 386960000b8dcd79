/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * The firewall's look-ups beside the kernel's longest-prefix trie and hash,
 * asked for the same addresses: those of networks 0 to bench_span - 1, in no
 * order (1: always the first). Networks.cs makes the same networks.
 */
#include "lib/policy.h"

struct bench_key4 {
	__u32 prefix;
	__u32 addr;
};

struct bench_key6 {
	__u32 prefix;
	__u32 addr[4];
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct bench_key4);
	__type(value, __u32);
} bench_trie4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct bench_key6);
	__type(value, __u32);
} bench_trie6 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1 << 17);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct efw_addr);
	__type(value, struct efw_learned);
} bench_hash SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, __u32);
} bench_exact4 SEC(".maps");

__u64 bench_span = 1;
__u64 bench_crowded;
__u64 bench_state = 1;
__u64 bench_sum;

static __always_inline __u32 bench_mix32(__u32 x)
{
	x ^= x >> 16;
	x *= 0x7feb352dU;
	x ^= x >> 15;
	x *= 0x846ca68bU;
	return x ^ x >> 16;
}

static __always_inline __u64 bench_mix64(__u64 x)
{
	x ^= x >> 30;
	x *= 0xbf58476d1ce4e5b9ULL;
	x ^= x >> 27;
	x *= 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

static __always_inline __u32 bench_next(void)
{
	bench_state = bench_state * 6364136223846793005ULL +
		      1442695040888963407ULL;
	return ((bench_state >> 32) * bench_span) >> 32;
}

static __always_inline __u32 bench_address4(void)
{
	__u32 i = bench_next();

	if (!bench_crowded)
		return bench_mix32(i);
	return (bench_mix32(i / 5000) & 0xffff0000U) |
	       ((i % 5000 * 13) & 0xffff);
}

static __always_inline __u64 bench_upper6(__u32 i)
{
	return bench_mix64(i) >> 3 | 0x2000000000000000ULL;
}

SEC("cgroup_skb/egress")
int bench_none4(struct __sk_buff *skb)
{
	__u32 address = bench_address4();

	(void)skb;
	EFW_OPAQUE(address);
	bench_sum += 1;
	return 1;
}

SEC("cgroup_skb/egress")
int bench_lines4(struct __sk_buff *skb)
{
	__u32 address = bench_address4();
	struct efw_view view;
	int class;

	(void)skb;
	if (!efw_look(&view, 0))
		return 0;
	class = efw_walk4(view.index4, view.shift4, address, EFW_FAST_LEVELS4);
	if (class < 0)
		class = efw_class4(view.index4, view.shift4, address);
	bench_sum += class > 0;
	return 1;
}

SEC("cgroup_skb/egress")
int bench_lpm4(struct __sk_buff *skb)
{
	struct bench_key4 key = {32, bpf_htonl(bench_address4())};

	(void)skb;
	bench_sum += bpf_map_lookup_elem(&bench_trie4, &key) != 0;
	return 1;
}

/* Knows whole addresses only, so it is given those that are asked for. */
SEC("cgroup_skb/egress")
int bench_hash4(struct __sk_buff *skb)
{
	__u32 key = bench_address4();

	(void)skb;
	bench_sum += bpf_map_lookup_elem(&bench_exact4, &key) != 0;
	return 1;
}

SEC("cgroup_skb/egress")
int bench_none6(struct __sk_buff *skb)
{
	__u32 i = bench_next();
	__u64 upper = bench_upper6(i), lower = bench_mix64(i + 0x9e3779b9ULL);

	(void)skb;
	EFW_OPAQUE(upper);
	EFW_OPAQUE(lower);
	bench_sum += 1;
	return 1;
}

SEC("cgroup_skb/egress")
int bench_lines6(struct __sk_buff *skb)
{
	__u32 i = bench_next();
	__u64 upper = bench_upper6(i), lower = bench_mix64(i + 0x9e3779b9ULL);
	struct efw_view view;
	const __u32 *root;
	int class = 0;

	(void)skb;
	if (!efw_look(&view, 0))
		return 0;
	if (view.image->slots6 && upper >= view.image->base6) {
		root = efw_slot6(view.image, upper);
		if (!root)
			return 0;
		class = efw_walk6(*root, upper, EFW_FAST_LEVELS6);
	}
	if (class < 0)
		class = efw_class6(view.image, upper, lower);
	bench_sum += class > 0;
	return 1;
}

SEC("cgroup_skb/egress")
int bench_lpm6(struct __sk_buff *skb)
{
	__u32 i = bench_next();
	__u64 upper = bench_upper6(i), lower = bench_mix64(i + 0x9e3779b9ULL);
	struct bench_key6 key = {
		128,
		{bpf_htonl(upper >> 32), bpf_htonl(upper),
		 bpf_htonl(lower >> 32), bpf_htonl(lower)},
	};

	(void)skb;
	bench_sum += bpf_map_lookup_elem(&bench_trie6, &key) != 0;
	return 1;
}

char bench_license[] SEC("license") = "Dual MIT/GPL";
