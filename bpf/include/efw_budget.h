/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Limits on what is sent: for a rule, for each process, for the attachment. What
 * has been used of them outlives policies; what is allowed stands in the image.
 */
#ifndef EFW_BUDGET_H
#define EFW_BUDGET_H

#include "efw_policy.h"

/*
 * An interval is cut into slices. Whatever was used in one of the last
 * EFW_SLICES + 1 counts, the present one included: they cover every interval that
 * ends now, so no interval sees more than its limit.
 */
#define EFW_SLICES 8
#define EFW_SLOTS 16 /* a power of two, more than EFW_SLICES + 1 */

/*
 * One limit.
 *
 * amount, slice_ticks  within an interval of EFW_SLICES slices, each of so many
 *                      ticks of bpf_jiffies64(); slice_ticks 0: there is none
 * total                for good; 0: there is none
 */
struct efw_limit {
	__u64 amount;
	__u64 slice_ticks;
	__u64 total;
};
_Static_assert(sizeof(struct efw_limit) == 24, "mirrored in C#");

/* The limits of one rule, of every process, or of the attachment. */
struct efw_budget {
	struct efw_limit bytes;
	struct efw_limit connections;
	__u64 _reserved[2];
};
_Static_assert(sizeof(struct efw_budget) == EFW_LINE_BYTES, "one line");

/* Lines from efw_image.budgets on; terms name those behind. */
#define EFW_BUDGET_ATTACHMENT 0
#define EFW_BUDGET_PROCESS 1

/*
 * Whose use. rule: number of the rule, else -1; tgid and start_ns: of the process,
 * else 0.
 */
struct efw_usage_key {
	__u32 attachment;
	__s32 rule;
	__u32 tgid;
	__u32 _reserved;
	__u64 start_ns;
};
_Static_assert(sizeof(struct efw_usage_key) == 24, "mirrored in C#");

/* slice: number of the present one; used: in a slice, by its lower bits. */
struct efw_meter {
	__u64 slice;
	__u64 total;
	__u64 used[EFW_SLOTS];
};
_Static_assert(sizeof(struct efw_meter) == 144, "mirrored in C#");

struct efw_usage {
	struct bpf_spin_lock lock;
	__u32 _reserved;
	struct efw_meter bytes;
	struct efw_meter connections;
};
_Static_assert(sizeof(struct efw_usage) == 296, "mirrored in C#");

/* Which limit was reached: efw_event.limit. */
enum efw_limit_kind {
	EFW_LIMIT_NONE = 0,
	EFW_LIMIT_RULE_BYTES = 1,
	EFW_LIMIT_RULE_BYTES_TOTAL = 2,
	EFW_LIMIT_RULE_CONNECTIONS = 3,
	EFW_LIMIT_RULE_CONNECTIONS_TOTAL = 4,
	EFW_LIMIT_PROCESS_BYTES = 5,
	EFW_LIMIT_PROCESS_BYTES_TOTAL = 6,
	EFW_LIMIT_PROCESS_CONNECTIONS = 7,
	EFW_LIMIT_PROCESS_CONNECTIONS_TOTAL = 8,
	EFW_LIMIT_ATTACHMENT_BYTES = 9,
	EFW_LIMIT_ATTACHMENT_BYTES_TOTAL = 10,
	EFW_LIMIT_ATTACHMENT_CONNECTIONS = 11,
	EFW_LIMIT_ATTACHMENT_CONNECTIONS_TOTAL = 12,
	EFW_LIMIT_TABLE_FULL = 15,
};

#endif
