/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * setsockopt(2): a subnet's broadcast address looks like any other, so where
 * unnamed destinations are open datagram sockets are denied the option that
 * permits broadcasts. (On others it means nothing, and programs set it freely.)
 */
#include "lib/process.h"
#include "lib/report.h"

#define EFW_SOL_SOCKET 1
#define EFW_SO_BROADCAST 6

SEC("cgroup/setsockopt")
int efw_setsockopt(struct bpf_sockopt *ctx)
{
	struct efw_process_key process = {};
	struct efw_decision decision;
	struct efw_endpoint nowhere = {};
	__u32 *value = ctx->optval;
	struct efw_view view;

	ctx->optlen = 0; /* the kernel goes on with the caller's own buffer */

	if ((void *)(value + 1) > ctx->optval_end || !*value)
		return EFW_CG_ALLOW; /* too short: the kernel refuses it; or switched off */
	if (ctx->level != EFW_SOL_SOCKET || ctx->optname != EFW_SO_BROADCAST ||
	    !ctx->sk || ctx->sk->type != EFW_SOCK_DGRAM)
		return EFW_CG_ALLOW;

	if (efw_begin(&view, efw_own_number(), &decision)) {
		if (view.image->list_mode != EFW_MODE_DENY_LIST)
			return EFW_CG_ALLOW;
		decision.reason = EFW_REASON_SOCKET_OPTION;
	}
	efw_record_process(&view, &process);
	efw_report(&view, &process, EFW_BY_CALLER, EFW_STAGE_SOCKET, &nowhere,
		   &decision);
	return efw_enforce(&decision);
}
