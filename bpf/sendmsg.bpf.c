/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * sendmsg(2) and its kin with an address, on datagram sockets. A mapped
 * destination meets sendmsg4 here, unlike at connect.
 */
#include "lib/outbound.h"

SEC("cgroup/sendmsg4")
int efw_sendmsg4(struct bpf_sock_addr *ctx)
{
	enum efw_outcome outcome;
	struct efw_endpoint dest;

	efw_endpoint_from4(&dest, ctx);
	outcome = efw_outbound(ctx, &dest, 0);
	if (outcome == EFW_OUT_REDIRECT)
		efw_endpoint_to4(ctx, &dest);
	return outcome == EFW_OUT_DENY ? EFW_CG_DENY : EFW_CG_ALLOW;
}

SEC("cgroup/sendmsg6")
int efw_sendmsg6(struct bpf_sock_addr *ctx)
{
	enum efw_outcome outcome;
	struct efw_endpoint dest;

	efw_endpoint_from6(&dest, ctx);
	outcome = efw_outbound(ctx, &dest, 0);
	if (outcome == EFW_OUT_REDIRECT)
		efw_endpoint_to6(ctx, &dest);
	return outcome == EFW_OUT_DENY ? EFW_CG_DENY : EFW_CG_ALLOW;
}
