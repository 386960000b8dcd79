/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * connect(2): the verdict comes at once, as EPERM. An IPv4-mapped destination
 * meets connect6 and is judged as the IPv4 address it is.
 */
#include "lib/outbound.h"

SEC("cgroup/connect4")
int efw_connect4(struct bpf_sock_addr *ctx)
{
	return efw_outbound4(ctx, 1);
}

SEC("cgroup/connect6")
int efw_connect6(struct bpf_sock_addr *ctx)
{
	return efw_outbound6(ctx, 1);
}
