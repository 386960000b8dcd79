/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* connect() to one port is refused, all others are counted. */
#include "bpf_test.h"

const volatile __u16 denied_port;
const volatile __u8 verdict_of_denied = 0;
__u64 connects;
__u32 limits[4] = { 1, 2, 3, 4 };

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} by_port SEC(".maps");

SEC("cgroup/connect4")
int on_connect(struct bpf_sock_addr *ctx)
{
	__u32 port = __builtin_bswap16(ctx->user_port);
	__u64 one = 1, *count = bpf_map_lookup_elem(&by_port, &port);

	__sync_fetch_and_add(&connects, 1);
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		bpf_map_update_elem(&by_port, &port, &one, 0);
	return port == denied_port ? verdict_of_denied : 1;
}

SEC("?cgroup/connect4")
int allow_all(struct bpf_sock_addr *ctx)
{
	return 1;
}
