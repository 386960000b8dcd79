/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Charges a packet that judge.bpf.c allows to the limits that are on it. What
 * counts is payload that is sent for the first time: TCP's by sequence number,
 * every datagram's. A connection is counted at connect, or at the first packet
 * to somewhere else than the one before.
 */
#include "lib/budget.h"
#include "lib/calls.h"
#include "lib/report.h"
#include "lib/sender.h"

/* What a packet costs, and what the socket will have sent with it. */
struct efw_bill {
	__u64 cost;
	__u32 sequence;
	__u32 isn;
	__u8 is_tcp;
	__u8 is_new; /* a connection */
};

static __always_inline int efw_bill_tcp(struct __sk_buff *skb,
					const struct efw_socket *socket,
					const struct efw_packet *packet,
					struct efw_bill *bill)
{
	__u32 header, start, first, behind;
	__u8 tcp[20];

	if (!efw_load(skb, packet->transport, tcp, sizeof(tcp)))
		return 0;
	header = packet->transport + (tcp[12] >> 4) * 4;
	if (header > skb->len)
		return 0; /* longer than the packet */

	start = (__u32)tcp[4] << 24 | (__u32)tcp[5] << 16 | (__u32)tcp[6] << 8 |
		tcp[7];
	first = start + efw_is_syn(packet);
	behind = first + (skb->len - header);

	bill->is_tcp = 1;
	bill->sequence = behind;
	bill->isn = efw_is_syn(packet) || !socket ? start : socket->isn;
	bill->cost = skb->len - header;
	if (socket && socket->metered &&
	    (!efw_is_syn(packet) || socket->isn == start)) {
		__u32 more = behind - socket->sequence;

		/* Sent before; or none, maybe behind a FIN, which has a number. */
		if (more >> 31 || behind == first) {
			bill->sequence = socket->sequence;
			more = 0;
		}
		bill->cost = more;
	}
	return 1;
}

static __always_inline int efw_bill(struct __sk_buff *skb,
				    const struct efw_socket *socket,
				    const struct efw_packet *packet,
				    struct efw_bill *bill)
{
	int counts;

	if (packet->dest.protocol == EFW_IPPROTO_TCP) {
		if (!efw_bill_tcp(skb, socket, packet, bill))
			return 0;
		counts = efw_is_syn(packet) &&
			 !(packet->tcp_flags & EFW_TCP_ACK);
	} else {
		bill->cost = skb->len - packet->transport - 8;
		counts = 1;
	}
	bill->is_new = counts && !(socket && efw_endpoint_equal(&socket->counted,
								&packet->dest));
	bill->cost = EFW_COST(bill->cost, bill->is_new);
	return 1;
}

static __always_inline void efw_note_sent(struct efw_socket *socket,
					  const struct efw_packet *packet,
					  const struct efw_bill *bill)
{
	if (bill->is_new)
		socket->counted = packet->dest;
	if (!bill->is_tcp)
		return;
	socket->sequence = bill->sequence;
	socket->isn = bill->isn;
	socket->metered = 1;
}

SEC("cgroup_skb/egress")
int efw_meter(struct __sk_buff *skb)
{
	struct efw_process_key process = {};
	const struct efw_file *program = 0;
	enum efw_attribution attribution;
	struct efw_packet packet = {};
	struct efw_decision decision;
	struct efw_bill bill = {};
	struct efw_socket *socket;
	enum efw_limit_kind limit;
	struct efw_view view;

	if (!efw_begin(&view, skb->cb[EFW_CB_NUMBER], &decision))
		return EFW_CG_DENY; /* the policy has gone meanwhile */
	if (view.generation != skb->cb[EFW_CB_GENERATION])
		return EFW_CG_ALLOW; /* judged by the policy before, whole */

	decision.verdict = EFW_ALLOW;
	decision.reason = skb->cb[EFW_CB_REASON] & 0xff;
	decision.budget = skb->cb[EFW_CB_REASON] >> 16;
	decision.rule = (__s32)skb->cb[EFW_CB_RULE];
	socket = efw_socket_of(skb);
	if (efw_parse(skb, 0, &packet) != EFW_REASON_NONE ||
	    !efw_bill(skb, socket, &packet, &bill)) {
		decision.verdict = EFW_DENY;
		decision.reason = EFW_REASON_MALFORMED_PACKET;
	}

	attribution = efw_sender(&view, socket, &packet, &process, &program);
	if (decision.verdict == EFW_ALLOW) {
		limit = efw_charge_all(&view, decision.budget, decision.rule,
				       &process, bill.cost);
		if (limit)
			efw_over_limit(&decision, limit);
	}

	efw_count_packet(&view, decision.rule, decision.reason, skb->len);
	if (socket && efw_enforce(&decision) == EFW_CG_ALLOW)
		efw_note_sent(socket, &packet, &bill);
	if (decision.verdict != EFW_ALLOW)
		efw_report(&view, &process, attribution, EFW_STAGE_PACKET,
			   &packet.dest, &decision);
	return efw_enforce(&decision);
}
