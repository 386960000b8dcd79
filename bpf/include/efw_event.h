/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * One decision, written to the event ring.
 *
 * time_ns    CLOCK_BOOTTIME
 * process    key of the sender in efw_processes; all zero: not known
 * dest       what was asked for; port 0 and a zero address for a socket event
 * rule       number of the rule that decided; -1: none did; -2: user space
 *            knows which
 * generation of the policy that decided; 0: none was read
 * repeat     equal decisions (process, dest, reason) that this event stands
 *            for: 1 at first, later what has gathered since the last one
 * is_repeat  1 when an equal event came before
 * family, type   of a socket that was refused, else 0
 * attachment     in which it was decided
 * limit          enum efw_limit_kind, of a denial for it
 */
#ifndef EFW_EVENT_H
#define EFW_EVENT_H

#include "efw_flow.h"

struct efw_event {
	__u64 time_ns;
	struct efw_process_key process;
	struct efw_endpoint dest;
	__s32 rule;
	__u32 repeat;
	__u32 generation;
	__u8 family;
	__u8 type;
	__u8 verdict;
	__u8 reason;
	__u8 stage;
	__u8 attribution;
	__u8 is_repeat;
	__u8 limit;
	__u32 attachment;
	__u32 _reserved2;
};
_Static_assert(sizeof(struct efw_event) == 72, "mirrored in C#");

/* Equal decisions are told once; this is what makes two of them equal. */
struct efw_report_key {
	struct efw_process_key process;
	struct efw_endpoint dest;
	__u8 family;
	__u8 type;
	__u8 reason;
	__u8 stage;
	__u8 attribution;
	__u8 verdict;
	__u8 limit;
	__u8 _reserved;
	__s32 rule;
	__u32 generation;
	__u32 attachment;
};
_Static_assert(sizeof(struct efw_report_key) == 56, "no holes");

/* pending: repeats that no event has told yet. */
struct efw_report {
	__u64 told_ns;
	__u64 pending;
};
_Static_assert(sizeof(struct efw_report) == 16, "mirrored in C#");

#endif
