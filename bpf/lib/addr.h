/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Endpoints out of a sock_addr context and back into it. IPv4 becomes mapped
 * whatever the socket's family, and the unspecified address becomes loopback,
 * as the kernel will have it.
 */
#ifndef EFW_ADDR_H
#define EFW_ADDR_H

#include "../include/efw_flow.h"
#include "decide.h"

#define EFW_LOOPBACK4 bpf_htonl(0x7f000001)

static __always_inline void efw_addr_set4(struct efw_addr *addr, __u32 ip4)
{
	addr->w[0] = 0;
	addr->w[1] = 0;
	addr->w[2] = bpf_htonl(0xffff);
	addr->w[3] = ip4;
}

static __always_inline void efw_addr_set_loopback6(struct efw_addr *addr)
{
	addr->w[0] = 0;
	addr->w[1] = 0;
	addr->w[2] = 0;
	addr->w[3] = bpf_htonl(1);
}

static __always_inline int efw_addr_equal(const struct efw_addr *a,
					  const struct efw_addr *b)
{
	return a->w[0] == b->w[0] && a->w[1] == b->w[1] &&
	       a->w[2] == b->w[2] && a->w[3] == b->w[3];
}

static __always_inline int efw_endpoint_equal(const struct efw_endpoint *a,
					      const struct efw_endpoint *b)
{
	return efw_addr_equal(&a->addr, &b->addr) && a->port == b->port &&
	       a->protocol == b->protocol;
}

static __always_inline int efw_is_loopback(const struct efw_addr *addr)
{
	if (efw_is_mapped(addr))
		return (addr->w[3] & bpf_htonl(0xff000000)) ==
		       bpf_htonl(0x7f000000);
	return !addr->w[0] && !addr->w[1] && !addr->w[2] &&
	       addr->w[3] == bpf_htonl(1);
}

static __always_inline void efw_addr_canonical(struct efw_addr *addr)
{
	if (efw_is_mapped(addr) && !addr->w[3])
		addr->w[3] = EFW_LOOPBACK4;
	else if (!addr->w[0] && !addr->w[1] && !addr->w[2] && !addr->w[3])
		efw_addr_set_loopback6(addr);
}

/* MPTCP calls these hooks, too, and is TCP to everybody else. */
static __always_inline __u8 efw_protocol(__u32 protocol)
{
	return protocol == EFW_IPPROTO_MPTCP ? EFW_IPPROTO_TCP : protocol;
}

static __always_inline void efw_endpoint_from4(struct efw_endpoint *endpoint,
					       struct bpf_sock_addr *ctx)
{
	efw_addr_set4(&endpoint->addr, ctx->user_ip4);
	efw_addr_canonical(&endpoint->addr);
	endpoint->port = bpf_ntohs((__u16)ctx->user_port);
	endpoint->protocol = efw_protocol(ctx->protocol);
	endpoint->_reserved = 0;
}

static __always_inline void efw_endpoint_from6(struct efw_endpoint *endpoint,
					       struct bpf_sock_addr *ctx)
{
	endpoint->addr.w[0] = ctx->user_ip6[0];
	endpoint->addr.w[1] = ctx->user_ip6[1];
	endpoint->addr.w[2] = ctx->user_ip6[2];
	endpoint->addr.w[3] = ctx->user_ip6[3];
	efw_addr_canonical(&endpoint->addr);
	endpoint->port = bpf_ntohs((__u16)ctx->user_port);
	endpoint->protocol = efw_protocol(ctx->protocol);
	endpoint->_reserved = 0;
}

static __always_inline void efw_endpoint_to4(struct bpf_sock_addr *ctx,
					     const struct efw_endpoint *endpoint)
{
	ctx->user_ip4 = endpoint->addr.w[3];
	ctx->user_port = bpf_htons(endpoint->port);
}

static __always_inline void efw_endpoint_to6(struct bpf_sock_addr *ctx,
					     const struct efw_endpoint *endpoint)
{
	ctx->user_ip6[0] = endpoint->addr.w[0];
	ctx->user_ip6[1] = endpoint->addr.w[1];
	ctx->user_ip6[2] = endpoint->addr.w[2];
	ctx->user_ip6[3] = endpoint->addr.w[3];
	ctx->user_port = bpf_htons(endpoint->port);
}

#endif
