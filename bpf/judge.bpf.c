/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Judges what egress.bpf.c does not let pass by itself, with everything there
 * is to a decision.
 *   (1) parse, or deny
 *   (2) to the DNS proxy: only what was sent there, with its sender noted
 *   (3) the decision
 *   (4) loopback: by who would receive it
 *   (5) a flow whose grant has ended goes on, to where it was admitted
 */
#include "lib/budget.h"
#include "lib/calls.h"
#include "lib/loopback.h"
#include "lib/pulse.h"
#include "lib/redirect.h"
#include "lib/report.h"
#include "lib/sender.h"

/* (2) */
static __always_inline void efw_to_proxy(const struct efw_view *view,
					 struct efw_socket *socket,
					 const struct efw_packet *packet,
					 struct efw_decision *decision)
{
	struct efw_process_key process = {};
	enum efw_attribution attribution;
	const struct efw_file *program = 0;

	decision->reason = EFW_REASON_NOT_REDIRECTED;
	if (!socket || !socket->redirected)
		return;

	/* TCP is noted once, at its first packet. */
	if (packet->dest.protocol == EFW_IPPROTO_TCP && !efw_is_syn(packet) &&
	    efw_endpoint_equal(&socket->client, &packet->source)) {
		decision->verdict = EFW_ALLOW;
		decision->reason = EFW_REASON_DNS_REDIRECT;
		return;
	}

	attribution = efw_sender(view, socket, packet, &process, &program);
	decision->reason = EFW_REASON_TABLE_FULL;
	if (efw_note_redirect(view, socket, &packet->source, &process,
			      program, attribution)) {
		decision->verdict = EFW_ALLOW;
		decision->reason = EFW_REASON_DNS_REDIRECT;
	}
}

/* (4) */
static __always_inline void efw_to_loopback(struct __sk_buff *skb,
					    const struct efw_view *view,
					    const struct efw_packet *packet,
					    struct efw_decision *decision)
{
	switch (efw_find_peer(skb, view, &packet->dest, &packet->source)) {
	case EFW_PEER_NONE:
	case EFW_PEER_OWN:
		decision->verdict = EFW_ALLOW;
		decision->reason = EFW_REASON_OWN_LOOPBACK;
		return;
	default:
		return;
	}
}

/* The limits of a flow that goes on are those of the rule that let it begin. */
static __always_inline void efw_keep_budget(const struct efw_view *view,
					    struct efw_socket *socket,
					    const struct efw_packet *packet,
					    __u32 generation)
{
	const struct efw_term *term;
	int outcome;

	if (!view->image->budgets || generation == view->generation)
		return;
	term = efw_learned_term(view, &packet->dest, 0, &outcome);
	socket->rule = term ? term->rule : -1;
	socket->budget = term ? term->budget : 0;
}

/*
 * The answer to a connection that somebody began from where the rules do not
 * keep the sandbox away. Over loopback the listener's owner has decided (4).
 */
static __always_inline void efw_answer(const struct efw_view *view,
				       struct efw_socket *socket,
				       struct efw_decision *decision)
{
	if (view->image->flags & EFW_INBOUND_ALLOWED) {
		if (socket)
			socket->inbound = 1;
		if (decision->reason == EFW_REASON_NOT_IN_ALLOW_LIST)
			decision->verdict = EFW_ALLOW;
	} else {
		decision->verdict = EFW_DENY;
		decision->rule = -1;
	}
	decision->reason = EFW_REASON_INBOUND;
}

/* (4) and (5). Returns 1 when the flow goes on as it was admitted. */
static __always_inline int
efw_goes_on(struct __sk_buff *skb, struct efw_view *view,
	    struct efw_socket *socket, const struct efw_packet *packet,
	    int loopback, struct efw_decision *decision)
{
	int admitted = socket &&
		       efw_endpoint_equal(&socket->admitted, &packet->dest);
	__u32 generation = socket ? socket->generation : 0;

	if (loopback) {
		/* An established connection keeps the peer it was admitted to. */
		if (admitted && packet->dest.protocol == EFW_IPPROTO_TCP &&
		    !efw_is_syn(packet))
			return 1;
		efw_to_loopback(skb, view, packet, decision);
		if (socket && decision->verdict == EFW_ALLOW &&
		    !efw_is_syn(packet))
			efw_admit(socket, &packet->dest, view, decision);
	} else if (admitted &&
		   decision->reason == EFW_REASON_NOT_IN_ALLOW_LIST &&
		   efw_still_admitted(view, &socket->generation, &packet->dest)) {
		efw_keep_budget(view, socket, packet, generation);
		decision->budget = socket->budget;
		return 1;
	}
	if (socket && socket->inbound &&
	    (view->image->flags & EFW_INBOUND_ALLOWED) &&
	    decision->reason == EFW_REASON_NOT_IN_ALLOW_LIST)
		return 1;
	if (decision->observing && admitted)
		return 1; /* told at connect */
	if (decision->verdict != EFW_ALLOW && efw_is_answer(packet))
		decision->reason = EFW_REASON_INBOUND;
	return 0;
}

/* Whatever headers there were, what follows is the same. */
static __always_inline void efw_blur_packet(struct efw_packet *packet,
					    __u64 noise)
{
	EFW_BLUR(packet->transport, noise);
	EFW_BLUR(packet->tcp_flags, noise);
	EFW_BLUR(packet->dest.protocol, noise);
	EFW_BLUR(packet->dest.port, noise);
	EFW_BLUR(packet->source.port, noise);
}

/* However it was decided, what follows is the same. */
static __always_inline void efw_blur(struct efw_decision *decision, __u64 noise)
{
	EFW_BLUR(decision->verdict, noise);
	EFW_BLUR(decision->reason, noise);
	EFW_BLUR(decision->rule, noise);
	EFW_BLUR(decision->budget, noise);
}

SEC("cgroup_skb/egress")
int efw_judge(struct __sk_buff *skb)
{
	struct efw_process_key process = {};
	enum efw_attribution attribution;
	struct efw_socket *socket = 0;
	struct efw_packet packet = {};
	const struct efw_file *program = 0;
	struct efw_decision decision;
	struct efw_view view;
	int loopback = 0;

	if (!efw_begin(&view, skb->cb[EFW_CB_NUMBER], &decision))
		goto report;
	decision.reason = efw_parse(skb, 0, &packet);
	if (decision.reason != EFW_REASON_NONE)
		goto report;

	efw_blur_packet(&packet, skb->len);
	socket = efw_socket_of(skb);
	if (efw_is_dns_proxy(&view, &packet.dest)) {
		efw_to_proxy(&view, socket, &packet, &decision);
	} else {
		if (view.image->exes) {
			efw_sender(&view, socket, &packet, &process, &program);
			efw_sent_by(&view, program);
		}
		loopback = efw_decide(&view, &packet.dest, &decision);
		EFW_BLUR(loopback, (__u64)skb->len);
		efw_blur(&decision, skb->len);
		if (!loopback && efw_is_answer(&packet) &&
		    !efw_is_loopback(&packet.dest.addr) &&
		    (decision.verdict == EFW_ALLOW ||
		     decision.reason == EFW_REASON_NOT_IN_ALLOW_LIST)) {
			efw_answer(&view, socket, &decision);
		} else if (decision.verdict != EFW_ALLOW) {
			if (efw_goes_on(skb, &view, socket, &packet, loopback,
					&decision)) {
				decision.verdict = EFW_ALLOW;
				decision.reason = EFW_REASON_ADMITTED_FLOW;
			}
			efw_fail_open(&view, &decision);
		}
	}

	if (decision.verdict == EFW_ALLOW) {
		if (!loopback && efw_is_charged(&view, &decision)) {
			skb->cb[EFW_CB_RULE] = socket && decision.rule == -1
						       ? socket->rule
						       : decision.rule;
			skb->cb[EFW_CB_REASON] = decision.reason |
						 decision.budget << 16;
			skb->cb[EFW_CB_GENERATION] = decision.generation;
			bpf_tail_call(skb, &efw_meters, 0);
			return EFW_CG_DENY;
		}
		efw_count_packet(&view, decision.rule, decision.reason, skb->len);
		return EFW_CG_ALLOW;
	}

report:
	efw_count_packet(&view, decision.rule, decision.reason, skb->len);
	if (!socket)
		socket = efw_socket_of(skb);
	attribution = efw_sender(&view, socket, &packet, &process, &program);
	efw_report(&view, &process, attribution, EFW_STAGE_PACKET,
		   &packet.dest, &decision);
	return efw_enforce(&decision);
}
