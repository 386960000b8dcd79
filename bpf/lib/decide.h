/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * The decision about one destination, in this order:
 *   (1) networks: the class of the longest prefix, its first matching term
 *   (2) learned addresses: deny before allow among the names that led there
 *   (3) the mode
 */
#ifndef EFW_DECIDE_H
#define EFW_DECIDE_H

#include "maps.h"

/* verdict and reason as efw_abi.h; rule -1: none. */
struct efw_decision {
	__u8 verdict;
	__u8 reason;
	__s32 rule;
};

static __always_inline int efw_is_mapped(const struct efw_addr *addr)
{
	return !addr->w[0] && !addr->w[1] && addr->w[2] == bpf_htonl(0xffff);
}

static __always_inline __u8 efw_mode(void)
{
	return efw_config.mode == EFW_MODE_OBSERVE ? efw_config.list_mode
						   : efw_config.mode;
}

/*
 * Index of the first term of a class that matches, or -1. A global function:
 * the verifier walks it once instead of once for each lease.
 */
__noinline int efw_match(__u32 first, __u32 count, __u32 port, __u32 protocol)
{
	struct efw_term *term;
	__u32 bit = protocol == EFW_IPPROTO_TCP	  ? EFW_PROTO_TCP
		    : protocol == EFW_IPPROTO_UDP ? EFW_PROTO_UDP
						  : 0;

	for (__u32 i = 0; i < EFW_CLASS_TERMS_MAX; i++) {
		__u32 index = first + i;

		if (i >= count)
			break;
		term = bpf_map_lookup_elem(&efw_terms, &index);
		if (!term)
			break;
		if (port >= term->first_port && port <= term->last_port &&
		    (term->protocols & bit))
			return index;
	}
	return -1;
}

static __always_inline struct efw_class *
efw_network_class(const struct efw_addr *addr)
{
	if (efw_is_mapped(addr)) {
		struct efw_network4 key = {.prefix = 32, .addr = addr->w[3]};

		return bpf_map_lookup_elem(&efw_networks4, &key);
	} else {
		struct efw_network6 key = {.prefix = 128, .addr = *addr};

		return bpf_map_lookup_elem(&efw_networks6, &key);
	}
}

/* What names say about the address: 1 and a decision, or 0 for nothing. */
static __always_inline int efw_decide_learned(const struct efw_endpoint *dest,
					      struct efw_decision *decision)
{
	struct efw_learned *learned =
		bpf_map_lookup_elem(&efw_learned, &dest->addr);
	struct efw_term *term;
	int found = 0;
	__u64 now;

	if (!learned)
		return 0;

	now = bpf_ktime_get_boot_ns();
	for (int i = 0; i < EFW_LEASES; i++) {
		struct efw_lease *lease = &learned->lease[i];
		int index;

		if (lease->expires_ns <= now)
			continue;
		index = efw_match(lease->class.first, lease->class.count,
				  dest->port, dest->protocol);
		if (index < 0)
			continue;
		term = bpf_map_lookup_elem(&efw_terms, &index);
		if (!term)
			continue;

		decision->rule = term->rule;
		if (term->verdict != EFW_TERM_ALLOW) {
			decision->verdict = EFW_DENY;
			decision->reason = EFW_REASON_DENIED_BY_NAME;
			return 1;
		}
		decision->verdict = EFW_ALLOW;
		decision->reason = EFW_REASON_ALLOWED_BY_NAME;
		found = 1;
	}
	return found;
}

/*
 * Returns 1 when the destination is a listener on this host that needs the
 * ownership check (lib/loopback.h); the decision is a denial until then.
 */
static __always_inline int efw_decide(const struct efw_endpoint *dest,
				      struct efw_decision *decision)
{
	struct efw_class *class;
	struct efw_term *term;

	decision->verdict = EFW_DENY;
	decision->rule = -1;
	if (efw_mode() == EFW_MODE_BLOCK_ALL) {
		decision->reason = EFW_REASON_BLOCK_ALL;
		return 0;
	}

	class = efw_network_class(&dest->addr);
	if (class) {
		int index = efw_match(class->first, class->count, dest->port,
				      dest->protocol);

		term = index < 0 ? 0 : bpf_map_lookup_elem(&efw_terms, &index);
		if (term) {
			decision->rule = term->rule;
			switch (term->verdict) {
			case EFW_TERM_ALLOW:
				decision->verdict = EFW_ALLOW;
				decision->reason = EFW_REASON_ALLOWED_BY_RULE;
				return 0;
			case EFW_TERM_OWN_LISTENER:
				decision->reason = EFW_REASON_FOREIGN_LOOPBACK;
				return 1;
			case EFW_TERM_RESERVED:
				decision->reason =
					EFW_REASON_RESERVED_DESTINATION;
				return 0;
			default:
				decision->reason = EFW_REASON_DENIED_BY_RULE;
				return 0;
			}
		}
	}

	if (efw_decide_learned(dest, decision))
		return 0;

	decision->rule = -1;
	if (efw_mode() == EFW_MODE_DENY_LIST) {
		decision->verdict = EFW_ALLOW;
		decision->reason = EFW_REASON_NOT_IN_DENY_LIST;
	} else {
		decision->reason = EFW_REASON_NOT_IN_ALLOW_LIST;
	}
	return 0;
}

#endif
