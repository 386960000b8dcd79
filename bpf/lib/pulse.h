/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Whether user space lives. It moves a deadline on once a second; when that is
 * over, it has died, been stopped or hangs: nobody answers DNS, so no name opens
 * an address and no lease is renewed. A failure closes: queries are refused at
 * once instead of left without an answer. With EFW_FAIL_OPEN it opens: queries
 * go where they were meant to go, and what no rule names may be reached. What
 * rules deny, and what is denied whatever they say, stays denied.
 */
#ifndef EFW_PULSE_H
#define EFW_PULSE_H

#include "maps.h"

static __always_inline int efw_is_attended(void)
{
	const volatile __u64 *until;
	__u32 first = 0;

	until = bpf_map_lookup_elem(&efw_pulse, &first);
	return until && *until > bpf_jiffies64();
}

/* Turns a denial for want of a rule around, where that was asked for. */
static __always_inline void efw_fail_open(const struct efw_view *view,
					  struct efw_decision *decision)
{
	if (decision->verdict == EFW_ALLOW || !view->header ||
	    !(view->header->flags & EFW_FAIL_OPEN) ||
	    (decision->reason != EFW_REASON_NOT_IN_ALLOW_LIST &&
	     decision->reason != EFW_REASON_TABLE_FULL) ||
	    efw_is_attended())
		return;
	decision->verdict = EFW_ALLOW;
	decision->reason = EFW_REASON_UNATTENDED;
	decision->rule = -1;
}

#endif
