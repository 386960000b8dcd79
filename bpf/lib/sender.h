/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Whose a packet is.
 */
#ifndef EFW_SENDER_H
#define EFW_SENDER_H

#include "packet.h"
#include "process.h"

static __always_inline struct efw_socket *efw_socket_of(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;

	sk = sk ? bpf_sk_fullsock(sk) : 0;
	return sk ? bpf_sk_storage_get(&efw_sockets, sk, 0, 0) : 0;
}

/* Who sends this packet, as well as it can be known here. */
static __always_inline enum efw_attribution
efw_sender(const struct efw_view *view, const struct efw_socket *socket,
	   const struct efw_packet *packet, struct efw_process_key *process,
	   const struct efw_file **program)
{
	const struct efw_process *sender;

	if (packet->dest.protocol == EFW_IPPROTO_UDP) {
		sender = efw_record_process(view, process);
		if (sender) {
			*program = &sender->file;
			return EFW_BY_CALLER;
		}
	}
	if (!socket)
		return EFW_BY_NOBODY;
	*program = &socket->program;
	if (socket->caller.tgid) {
		*process = socket->caller;
		return EFW_BY_SOCKET;
	}
	*process = socket->creator;
	return EFW_BY_CREATOR;
}

#endif
