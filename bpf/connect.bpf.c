/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * connect(2): the verdict comes at once, as EPERM. An IPv4-mapped destination
 * meets connect6 and is judged as the IPv4 address it is.
 */
#include "lib/outbound.h"

SEC("cgroup/connect4")
int efw_connect4(struct bpf_sock_addr *ctx)
{
	enum efw_outcome outcome;
	struct efw_endpoint dest;

	efw_endpoint_from4(&dest, ctx);
	outcome = efw_outbound(ctx, &dest, 1);
	if (outcome == EFW_OUT_REDIRECT)
		efw_endpoint_to4(ctx, &dest);
	return outcome == EFW_OUT_DENY ? EFW_CG_DENY : EFW_CG_ALLOW;
}

SEC("cgroup/connect6")
int efw_connect6(struct bpf_sock_addr *ctx)
{
	enum efw_outcome outcome;
	struct efw_endpoint dest;

	efw_endpoint_from6(&dest, ctx);
	outcome = efw_outbound(ctx, &dest, 1);
	if (outcome == EFW_OUT_REDIRECT)
		efw_endpoint_to6(ctx, &dest);
	return outcome == EFW_OUT_DENY ? EFW_CG_DENY : EFW_CG_ALLOW;
}
