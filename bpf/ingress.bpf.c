/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Datagrams from outside. Connections need no look at what comes in: without
 * an answer (judge.bpf.c) there is none. A datagram is delivered all the same,
 * so it must come from where the sandbox may send to, or has sent to.
 */
#include "lib/packet.h"
#include "lib/pulse.h"
#include "lib/report.h"

#define EFW_LOOPBACK_IFINDEX 1 /* in every network namespace */

/* Whether a packet can be a datagram; most are not, and cost no more than this. */
static __always_inline int efw_may_be_datagram(const struct __sk_buff *skb)
{
	const void *end = (void *)(long)skb->data_end;
	const struct iphdr *ip = (void *)(long)skb->data;
	const struct ipv6hdr *ip6 = (void *)(long)skb->data;

	if (skb->protocol == bpf_htons(ETH_P_IP))
		return (void *)(ip + 1) > end ||
		       ip->protocol == EFW_IPPROTO_UDP;
	return (void *)(ip6 + 1) > end || ip6->nexthdr != EFW_IPPROTO_TCP;
}

SEC("cgroup_skb/ingress")
int efw_ingress(struct __sk_buff *skb)
{
	struct efw_process_key process = {};
	struct efw_packet packet = {};
	struct efw_decision decision;
	struct efw_socket *socket = 0;
	struct efw_view view;
	struct bpf_sock *sk;

	if (!efw_may_be_datagram(skb) ||
	    skb->ifindex == EFW_LOOPBACK_IFINDEX)
		return EFW_CG_ALLOW;
	sk = skb->sk ? bpf_sk_fullsock(skb->sk) : 0;
	if (sk)
		socket = bpf_sk_storage_get(&efw_sockets, sk, 0, 0);

	if (efw_begin(&view, efw_own_number(), &decision)) {
		if (view.image->flags & EFW_INBOUND_ALLOWED)
			return EFW_CG_ALLOW;
		decision.reason = efw_parse(skb, 0, &packet);
		if (decision.reason == EFW_REASON_NONE) {
			if (packet.dest.protocol != EFW_IPPROTO_UDP)
				return EFW_CG_ALLOW;
			efw_decide(&view, &packet.source, &decision);
			efw_fail_open(&view, &decision);
		}
		if (decision.verdict == EFW_ALLOW ||
		    (socket &&
		     efw_endpoint_equal(&socket->admitted, &packet.source)))
			return EFW_CG_ALLOW;
		decision.reason = EFW_REASON_INBOUND;
		decision.rule = -1;
	}
	if (socket)
		process = socket->caller.tgid ? socket->caller
					      : socket->creator;
	efw_count_packet(&view, decision.rule, decision.reason, skb->len);
	efw_report(&view, &process,
		   !socket		 ? EFW_BY_NOBODY
		   : socket->caller.tgid ? EFW_BY_SOCKET
					 : EFW_BY_CREATOR,
		   EFW_STAGE_PACKET, &packet.source, &decision);
	return efw_enforce(&decision);
}
