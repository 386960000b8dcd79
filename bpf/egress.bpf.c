/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * The backstop: every packet is judged again by the destination it really has.
 *   (1) parse, or deny
 *   (2) to the DNS proxy: only what was sent there, with its sender noted
 *   (3) the decision; loopback by who would receive it
 *   (4) a flow whose grant has expired goes on, to where it was admitted
 */
#include "lib/loopback.h"
#include "lib/packet.h"
#include "lib/process.h"
#include "lib/redirect.h"
#include "lib/report.h"

/* Who sends this packet, as well as it can be known here. */
static __always_inline enum efw_attribution
efw_sender(const struct efw_socket *socket, const struct efw_packet *packet,
	   struct efw_process_key *process)
{
	if (packet->dest.protocol == EFW_IPPROTO_UDP &&
	    efw_record_process(process))
		return EFW_BY_CALLER;
	if (!socket)
		return EFW_BY_NOBODY;
	if (socket->caller.tgid) {
		*process = socket->caller;
		return EFW_BY_SOCKET;
	}
	*process = socket->creator;
	return EFW_BY_CREATOR;
}

static __always_inline int efw_is_syn(const struct efw_packet *packet)
{
	return packet->dest.protocol == EFW_IPPROTO_TCP &&
	       (packet->tcp_flags & EFW_TCP_SYN);
}

/* (2) */
static __always_inline void efw_to_proxy(struct efw_socket *socket,
					 const struct efw_packet *packet,
					 struct efw_decision *decision)
{
	struct efw_process_key process = {};
	enum efw_attribution attribution;

	decision->reason = EFW_REASON_NOT_REDIRECTED;
	if (!socket || !socket->redirected)
		return;

	/* TCP is noted once, at its first packet. */
	if (packet->dest.protocol == EFW_IPPROTO_TCP && !efw_is_syn(packet) &&
	    efw_endpoint_equal(&socket->client, &packet->source)) {
		decision->verdict = EFW_ALLOW;
		return;
	}

	attribution = efw_sender(socket, packet, &process);
	decision->reason = EFW_REASON_TABLE_FULL;
	if (efw_note_redirect(socket, &packet->source, &process, attribution))
		decision->verdict = EFW_ALLOW;
}

/* (3) */
static __always_inline void efw_to_loopback(struct __sk_buff *skb,
					    const struct efw_packet *packet,
					    struct efw_decision *decision)
{
	switch (efw_find_peer(skb, &packet->dest, &packet->source)) {
	case EFW_PEER_NONE:
	case EFW_PEER_OWN:
		decision->verdict = EFW_ALLOW;
		decision->reason = EFW_REASON_OWN_LOOPBACK;
		return;
	default:
		return;
	}
}

SEC("cgroup_skb/egress")
int efw_egress(struct __sk_buff *skb)
{
	struct efw_decision decision = {.rule = -1};
	struct efw_process_key process = {};
	enum efw_attribution attribution;
	struct efw_socket *socket = 0;
	struct efw_packet packet = {};
	struct bpf_sock *sk = skb->sk;
	int admitted, loopback;

	sk = sk ? bpf_sk_fullsock(sk) : 0;
	if (sk)
		socket = bpf_sk_storage_get(&efw_sockets, sk, 0, 0);

	decision.reason = efw_parse(skb, &packet);
	if (decision.reason != EFW_REASON_NONE)
		goto report;

	if (efw_is_dns_proxy(&packet.dest)) {
		efw_to_proxy(socket, &packet, &decision);
		if (decision.verdict == EFW_ALLOW)
			return EFW_CG_ALLOW;
		goto report;
	}

	admitted = socket && efw_endpoint_equal(&socket->admitted, &packet.dest);
	loopback = efw_decide(&packet.dest, &decision);
	if (loopback) {
		/* An established connection keeps the peer it was admitted to. */
		if (admitted && packet.dest.protocol == EFW_IPPROTO_TCP &&
		    !efw_is_syn(&packet))
			return EFW_CG_ALLOW;
		efw_to_loopback(skb, &packet, &decision);
	} else if (admitted &&
		   decision.reason == EFW_REASON_NOT_IN_ALLOW_LIST) {
		return EFW_CG_ALLOW;
	}

	if (decision.verdict == EFW_ALLOW) {
		if (socket && sk->state != BPF_TCP_LISTEN)
			socket->admitted = packet.dest;
		return EFW_CG_ALLOW;
	}
	if (efw_config.mode == EFW_MODE_OBSERVE && admitted)
		return EFW_CG_ALLOW; /* told at connect */
	if (efw_is_syn(&packet) && (packet.tcp_flags & EFW_TCP_ACK))
		decision.reason = EFW_REASON_INBOUND;

report:
	attribution = efw_sender(socket, &packet, &process);
	efw_report(&process, attribution, EFW_STAGE_PACKET, &packet.dest,
		   &decision);
	return efw_enforce(&decision);
}
