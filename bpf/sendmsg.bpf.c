/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * sendmsg(2) and its kin with an address, on datagram sockets. A mapped
 * destination meets sendmsg4 here, unlike at connect.
 */
#include "lib/outbound.h"

SEC("cgroup/sendmsg4")
int efw_sendmsg4(struct bpf_sock_addr *ctx)
{
	return efw_outbound4(ctx, 0);
}

SEC("cgroup/sendmsg6")
int efw_sendmsg6(struct bpf_sock_addr *ctx)
{
	return efw_outbound6(ctx, 0);
}
