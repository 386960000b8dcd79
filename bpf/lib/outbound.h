/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * What connect and sendmsg have in common: the call that names a destination.
 *   (1) who calls, (2) the socket's record, (3) proxied ports,
 *   (4) the decision, (5) remember what was admitted, (6) report
 */
#ifndef EFW_OUTBOUND_H
#define EFW_OUTBOUND_H

#include "budget.h"
#include "loopback.h"
#include "process.h"
#include "pulse.h"
#include "redirect.h"
#include "report.h"

enum efw_outcome {
	EFW_OUT_DENY = 0,
	EFW_OUT_ALLOW = 1,
	EFW_OUT_REDIRECT = 2, /* send it to *dest, which names the proxy now */
};

/*
 * Whether a datagram may plainly leave. Then nothing needs to be remembered:
 * egress judges it again, and its sender is the current task there, too.
 */
static __always_inline int efw_plain_send(const struct efw_view *view,
					  const struct efw_endpoint *dest,
					  struct efw_decision *decision)
{
	struct efw_decision plain = *decision;

	if (dest->protocol != EFW_IPPROTO_UDP || dest->port == EFW_DNS_PORT ||
	    view->image->exes || (view->header->flags & EFW_REPORT_ALLOWED))
		return 0;
	efw_decide(view, dest, &plain);
	if (plain.verdict != EFW_ALLOW)
		return 0;
	*decision = plain;
	return 1;
}

static __always_inline enum efw_outcome
efw_outbound(struct bpf_sock_addr *ctx, struct efw_endpoint *dest, int connect)
{
	static const struct efw_endpoint nowhere;
	struct efw_process_key process = {};
	const struct efw_process *sender;
	struct efw_decision decision;
	struct efw_endpoint proxy;
	struct efw_socket *socket;
	struct efw_view view;
	int loopback, known;

	known = efw_begin(&view, efw_own_number(), &decision);
	if (known && !connect && efw_plain_send(&view, dest, &decision)) {
		efw_count_call(&view, &decision);
		efw_count(&view, EFW_COUNT_ALLOWED);
		return EFW_OUT_ALLOW;
	}
	sender = efw_record_process(&view, &process);
	if (!sender) {
		decision.reason = EFW_REASON_TABLE_FULL;
		goto report;
	}

	socket = bpf_sk_storage_get(&efw_sockets, ctx->sk, 0,
				    BPF_SK_STORAGE_GET_F_CREATE);
	if (!socket) {
		efw_count(&view, EFW_COUNT_SOCKETS_FULL);
		decision.reason = EFW_REASON_TABLE_FULL;
		goto report;
	}
	socket->caller = process;
	socket->program = sender->file;
	socket->attachment = view.id;
	if (connect) {
		socket->redirected = 0;
		socket->inbound = 0;
		socket->admitted = nowhere;
	}

	if (!known)
		goto report;

	if (dest->protocol != EFW_IPPROTO_TCP &&
	    dest->protocol != EFW_IPPROTO_UDP) {
		decision.reason = EFW_REASON_PROTOCOL;
		goto report;
	}

	if (dest->port == EFW_DNS_PORT && !efw_is_attended()) {
		decision.reason = EFW_REASON_UNATTENDED;
		if (view.header->flags & EFW_FAIL_OPEN)
			decision.verdict = EFW_ALLOW;
		goto report;
	}
	if (dest->port == EFW_DNS_PORT) {
		efw_dns_proxy(&view, &proxy, dest);
		if (!proxy.port) {
			decision.reason = EFW_REASON_NOT_REDIRECTED;
			goto report;
		}
		socket->original = *dest;
		socket->redirected = 1;
		decision.verdict = EFW_ALLOW;
		decision.reason = EFW_REASON_DNS_REDIRECT;
		efw_report(&view, &process, EFW_BY_CALLER, EFW_STAGE_CONNECT,
			   dest, &decision);
		*dest = proxy;
		return EFW_OUT_REDIRECT;
	}

	efw_sent_by(&view, &sender->file);
	loopback = efw_decide(&view, dest, &decision);

	/*
	 * Connecting a datagram socket sends nothing: resolvers do it to sort
	 * addresses. What is sent through it is judged at egress, and fails as
	 * fast; here is only noted that the flow may go on when its grant ends.
	 */
	if (connect && dest->protocol == EFW_IPPROTO_UDP) {
		if (!loopback && decision.verdict == EFW_ALLOW)
			efw_admit(socket, dest, &view, &decision);
		return EFW_OUT_ALLOW;
	}

	if (loopback) {
		/* A datagram's peer is known for sure at egress only. */
		if (dest->protocol == EFW_IPPROTO_UDP)
			return EFW_OUT_ALLOW;
		switch (efw_find_peer(ctx, &view, dest, &nowhere)) {
		case EFW_PEER_NONE:
			return EFW_OUT_ALLOW;
		case EFW_PEER_OWN:
			decision.verdict = EFW_ALLOW;
			decision.reason = EFW_REASON_OWN_LOOPBACK;
			break;
		default:
			break;
		}
	}

	if (!loopback && connect && efw_is_charged(&view, &decision)) {
		enum efw_limit_kind limit =
			efw_charge_all(&view, decision.budget, decision.rule,
				       &process, EFW_COST(0, 1));

		if (limit)
			efw_over_limit(&decision, limit);
		socket->counted = *dest;
	}
	if (efw_enforce(&decision) == EFW_CG_ALLOW)
		efw_admit(socket, dest, &view, &decision);

report:
	efw_fail_open(&view, &decision);
	efw_count_call(&view, &decision);
	efw_report(&view, &process, EFW_BY_CALLER, EFW_STAGE_CONNECT, dest,
		   &decision);
	return efw_enforce(&decision) == EFW_CG_ALLOW ? EFW_OUT_ALLOW
						      : EFW_OUT_DENY;
}

/* The four hooks: what a cgroup program returns. */
static __always_inline int efw_outbound4(struct bpf_sock_addr *ctx, int connect)
{
	enum efw_outcome outcome;
	struct efw_endpoint dest;

	efw_endpoint_from4(&dest, ctx);
	outcome = efw_outbound(ctx, &dest, connect);
	if (outcome == EFW_OUT_REDIRECT)
		efw_endpoint_to4(ctx, &dest);
	return outcome == EFW_OUT_DENY ? EFW_CG_DENY : EFW_CG_ALLOW;
}

static __always_inline int efw_outbound6(struct bpf_sock_addr *ctx, int connect)
{
	enum efw_outcome outcome;
	struct efw_endpoint dest;

	efw_endpoint_from6(&dest, ctx);
	outcome = efw_outbound(ctx, &dest, connect);
	if (outcome == EFW_OUT_REDIRECT)
		efw_endpoint_to6(ctx, &dest);
	return outcome == EFW_OUT_DENY ? EFW_CG_DENY : EFW_CG_ALLOW;
}

#endif
