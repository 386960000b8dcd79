/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * The decision about one destination, in this order:
 *   (1) networks: the class of the narrowest one, its first matching term
 *   (2) learned addresses: deny before allow among the names that led there
 *   (3) the mode
 */
#ifndef EFW_DECIDE_H
#define EFW_DECIDE_H

#include "counters.h"

static __always_inline __u32 efw_protocols(__u8 protocol)
{
	return protocol == EFW_IPPROTO_TCP   ? EFW_PROTO_TCP
	       : protocol == EFW_IPPROTO_UDP ? EFW_PROTO_UDP
					     : 0;
}

/* The term of the narrowest network that holds the destination, or null. */
static __always_inline const struct efw_term *
efw_network_term(const struct efw_view *view,
		 const struct efw_endpoint *dest, int *outcome)
{
	__u32 terms = view->image->terms;
	__u32 ask = EFW_ASK(dest->port, efw_protocols(dest->protocol));
	const struct efw_term *term;
	int class, index;

	class = efw_network_class(view, &dest->addr);
	*outcome = class;
	if (class <= 0)
		return 0;

	*outcome = EFW_BROKEN;
	term = efw_term_at(terms, class);
	if (!term || efw_term_speaks(term, ask, view->exes))
		return term;
	index = efw_match(terms, class, ask, view->exes);
	*outcome = index < 0 ? index : EFW_BROKEN;
	return index < 0 ? 0 : efw_term_at(terms, index);
}

/* What names say about the address: a term, or null and why. */
static __always_inline const struct efw_term *
efw_learned_term(const struct efw_view *view,
		 const struct efw_endpoint *dest, __u64 since, int *outcome)
{
	__u32 terms = view->image->terms;
	int line, index;

	line = efw_learned_line(view, &dest->addr);
	*outcome = line;
	if (line < 0)
		return 0;
	index = efw_match_leases(
		line, terms, EFW_ASK(dest->port, efw_protocols(dest->protocol)),
		since, view->exes);
	*outcome = index < 0 ? index : EFW_BROKEN;
	return index < 0 ? 0 : efw_term_at(terms, index);
}

static __always_inline int efw_by_network(const struct efw_term *term,
					  struct efw_decision *decision)
{
	decision->rule = term->rule;
	decision->budget = term->budget;
	switch (term->verdict) {
	case EFW_TERM_ALLOW:
		decision->verdict = EFW_ALLOW;
		decision->reason = EFW_REASON_ALLOWED_BY_RULE;
		return 0;
	case EFW_TERM_OWN_LISTENER:
		decision->reason = EFW_REASON_FOREIGN_LOOPBACK;
		return 1;
	case EFW_TERM_RESERVED:
		decision->reason = EFW_REASON_RESERVED_DESTINATION;
		return 0;
	default:
		decision->reason = EFW_REASON_DENIED_BY_RULE;
		return 0;
	}
}

/* No policy, or one that cannot be read. */
static __always_inline int efw_deny_broken(const struct efw_view *view,
					   struct efw_decision *decision)
{
	efw_count(view, EFW_COUNT_POLICY_BROKEN);
	decision->verdict = EFW_DENY;
	decision->reason = EFW_REASON_NO_POLICY;
	decision->rule = -1;
	return 0;
}

/*
 * Starts a decision: a denial until something allows. False when there is no
 * policy to decide by.
 */
static __always_inline int efw_begin(struct efw_view *view, __u32 number,
				     struct efw_decision *decision)
{
	decision->verdict = EFW_DENY;
	decision->reason = EFW_REASON_NONE;
	decision->observing = 0;
	decision->limit = 0;
	decision->budget = 0;
	decision->rule = -1;
	decision->generation = 0;
	if (!efw_look(view, number))
		return efw_deny_broken(view, decision);
	decision->observing = view->image->mode == EFW_MODE_OBSERVE;
	decision->generation = view->generation;
	return 1;
}

/* The verdict that is enforced: observing stops nothing. */
static __always_inline int efw_enforce(const struct efw_decision *decision)
{
	return decision->verdict == EFW_ALLOW || decision->observing
		       ? EFW_CG_ALLOW
		       : EFW_CG_DENY;
}

/*
 * Returns 1 when the destination is a listener on this host that needs the
 * ownership check (lib/loopback.h); the decision is a denial until then.
 */
static __always_inline int efw_decide(const struct efw_view *view,
				      const struct efw_endpoint *dest,
				      struct efw_decision *decision)
{
	__u8 list_mode = view->image->list_mode;
	const struct efw_term *term;
	int outcome;

	if (list_mode == EFW_MODE_BLOCK_ALL) {
		decision->reason = EFW_REASON_BLOCK_ALL;
		return 0;
	}

	term = efw_network_term(view, dest, &outcome);
	if (term)
		return efw_by_network(term, decision);
	if (outcome == EFW_BROKEN)
		return efw_deny_broken(view, decision);

	term = efw_learned_term(view, dest, bpf_jiffies64(), &outcome);
	if (term) {
		decision->rule = term->rule;
		decision->budget = term->budget;
		if (term->verdict == EFW_TERM_ALLOW) {
			decision->verdict = EFW_ALLOW;
			decision->reason = EFW_REASON_ALLOWED_BY_NAME;
		} else {
			decision->reason = EFW_REASON_DENIED_BY_NAME;
		}
		return 0;
	}
	if (outcome == EFW_BROKEN)
		return efw_deny_broken(view, decision);

	if (list_mode == EFW_MODE_DENY_LIST) {
		decision->verdict = EFW_ALLOW;
		decision->reason = EFW_REASON_NOT_IN_DENY_LIST;
	} else {
		decision->reason = EFW_REASON_NOT_IN_ALLOW_LIST;
	}
	return 0;
}

static __always_inline void efw_admit(struct efw_socket *socket,
				      const struct efw_endpoint *dest,
				      const struct efw_view *view,
				      const struct efw_decision *decision)
{
	socket->rule = decision->rule;
	socket->budget = decision->budget;
	socket->admitted = *dest;
	socket->generation = view->generation;
}

/*
 * Whether a flow that was admitted goes on although no grant covers it now: in
 * the generation that admitted it, yes; in a later one, when a name that led
 * there still may be used. Never with strict TTLs.
 */
static __always_inline int efw_still_admitted(const struct efw_view *view,
					      __u32 *generation,
					      const struct efw_endpoint *dest)
{
	const struct efw_term *term;
	int outcome;

	if (view->image->flags & EFW_STRICT_TTL)
		return 0;
	if (*generation == view->generation)
		return 1;
	term = efw_learned_term(view, dest, 0, &outcome);
	if (!term || term->verdict != EFW_TERM_ALLOW)
		return 0;
	*generation = view->generation;
	return 1;
}

#endif
