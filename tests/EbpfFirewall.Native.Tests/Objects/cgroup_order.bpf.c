/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Three programs for one hook of a cgroup, which write down their order. */
#include "bpf_test.h"

__u64 order;

SEC("cgroup/connect4")
int one(struct bpf_sock_addr *ctx)
{
	order = order * 10 + 1;
	return 1;
}

SEC("cgroup/connect4")
int two(struct bpf_sock_addr *ctx)
{
	order = order * 10 + 2;
	return 1;
}

SEC("cgroup/connect4")
int three(struct bpf_sock_addr *ctx)
{
	order = order * 10 + 3;
	return 1;
}
