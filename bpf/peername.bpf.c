/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* getpeername(2) tells the server that was asked. */
#include "lib/restore.h"

SEC("cgroup/getpeername4")
int efw_getpeername4(struct bpf_sock_addr *ctx)
{
	efw_restore4(ctx);
	return EFW_CG_ALLOW;
}

SEC("cgroup/getpeername6")
int efw_getpeername6(struct bpf_sock_addr *ctx)
{
	efw_restore6(ctx);
	return EFW_CG_ALLOW;
}
