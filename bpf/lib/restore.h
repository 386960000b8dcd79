/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Where a program would see our proxy as its peer, it sees the server that it
 * asked. The state is the socket's, so it does not matter which family's hook
 * wrote it and which one reads it.
 */
#ifndef EFW_RESTORE_H
#define EFW_RESTORE_H

#include "redirect.h"

/* Replaces *peer by the original destination when it is our proxy. */
static __always_inline int efw_restore(struct bpf_sock_addr *ctx,
				       struct efw_endpoint *peer)
{
	struct efw_socket *socket =
		bpf_sk_storage_get(&efw_sockets, ctx->sk, 0, 0);
	struct efw_view view;

	efw_look(&view, efw_own_number());
	if (!socket || !socket->redirected || !efw_is_dns_proxy(&view, peer))
		return 0;
	*peer = socket->original;
	return 1;
}

static __always_inline void efw_restore4(struct bpf_sock_addr *ctx)
{
	struct efw_endpoint peer;

	efw_endpoint_from4(&peer, ctx);
	if (efw_restore(ctx, &peer))
		efw_endpoint_to4(ctx, &peer);
}

static __always_inline void efw_restore6(struct bpf_sock_addr *ctx)
{
	struct efw_endpoint peer;

	efw_endpoint_from6(&peer, ctx);
	if (efw_restore(ctx, &peer))
		efw_endpoint_to6(ctx, &peer);
}

#endif
