/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* recvmsg(2) of a datagram: a reply comes from the server that was asked. */
#include "lib/restore.h"

SEC("cgroup/recvmsg4")
int efw_recvmsg4(struct bpf_sock_addr *ctx)
{
	efw_restore4(ctx);
	return EFW_CG_ALLOW;
}

SEC("cgroup/recvmsg6")
int efw_recvmsg6(struct bpf_sock_addr *ctx)
{
	efw_restore6(ctx);
	return EFW_CG_ALLOW;
}
