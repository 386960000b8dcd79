/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Loopback is a zone: a sandbox reaches its own listeners. A socket is its own
 * when its record in efw_sockets says so.
 */
#ifndef EFW_LOOPBACK_H
#define EFW_LOOPBACK_H

#include "maps.h"

enum efw_peer {
	EFW_PEER_NONE,	  /* nobody there: the local stack answers with a reset */
	EFW_PEER_OWN,
	EFW_PEER_FOREIGN,
};

/*
 * Who would receive a packet from source to dest? A zero source finds only
 * listeners. Both addresses are of one family.
 */
static __always_inline enum efw_peer
efw_find_peer(void *ctx, const struct efw_view *view,
	      const struct efw_endpoint *dest,
	      const struct efw_endpoint *source)
{
	const struct efw_socket *socket;
	struct bpf_sock_tuple tuple = {};
	enum efw_peer peer;
	struct bpf_sock *sk;
	__u32 size;

	if (efw_is_mapped(&dest->addr)) {
		tuple.ipv4.saddr = source->addr.w[3];
		tuple.ipv4.daddr = dest->addr.w[3];
		tuple.ipv4.sport = bpf_htons(source->port);
		tuple.ipv4.dport = bpf_htons(dest->port);
		size = sizeof(tuple.ipv4);
	} else {
		__builtin_memcpy(tuple.ipv6.saddr, &source->addr, 16);
		__builtin_memcpy(tuple.ipv6.daddr, &dest->addr, 16);
		tuple.ipv6.sport = bpf_htons(source->port);
		tuple.ipv6.dport = bpf_htons(dest->port);
		size = sizeof(tuple.ipv6);
	}

	sk = dest->protocol == EFW_IPPROTO_TCP
		     ? bpf_sk_lookup_tcp(ctx, &tuple, size,
					 BPF_F_CURRENT_NETNS, 0)
		     : bpf_sk_lookup_udp(ctx, &tuple, size,
					 BPF_F_CURRENT_NETNS, 0);
	if (!sk)
		return EFW_PEER_NONE;
	socket = bpf_sk_storage_get(&efw_sockets, sk, 0, 0);
	peer = socket && socket->attachment == view->id ? EFW_PEER_OWN
							    : EFW_PEER_FOREIGN;
	bpf_sk_release(sk);
	return peer;
}

#endif
