/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Charges what is sent to its budgets (include/efw_budget.h): the rule's, the
 * process's, the attachment's. All or nothing: what one refuses, the others get
 * back. Each is checked and charged under its lock, so CPUs that send at once
 * cannot go past a limit together.
 */
#ifndef EFW_BUDGET_LIB_H
#define EFW_BUDGET_LIB_H

#include "maps.h"

/*
 * meter.bpf.c. Not in efw_calls: a program there that has that array would hold
 * it, and it would hold the program.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} efw_meters SEC(".maps");

/* What one packet or call costs, as one number. */
#define EFW_COST(bytes, connections) ((__u64)(bytes) | (__u64)(connections) << 32)
#define EFW_COST_BACK (1ULL << 63) /* give it back */

/* Brings a meter to the present slice; what counts of it. The lock is held. */
static __always_inline __u64 efw_meter_read(struct efw_meter *meter, __u64 slice)
{
	__u64 passed = slice - meter->slice, sum = 0;

	for (__u32 i = 0; i <= EFW_SLICES; i++) {
		__u64 *used = &meter->used[(slice - i) & (EFW_SLOTS - 1)];

		if (i < passed)
			*used = 0;
		sum += *used;
	}
	meter->slice = slice;
	return sum;
}

/* 0: it fits; 1: not into the interval; 2: not any more. */
static __always_inline int efw_meter_over(struct efw_meter *meter,
					  const struct efw_limit *limit,
					  __u64 slice, __u64 cost)
{
	if (limit->total && meter->total + cost > limit->total)
		return 2;
	return limit->slice_ticks &&
	       efw_meter_read(meter, slice) + cost > limit->amount;
}

static __always_inline void efw_meter_add(struct efw_meter *meter, __u64 slice,
					  __u64 cost)
{
	meter->total += cost;
	meter->used[slice & (EFW_SLOTS - 1)] += cost;
}

static const struct efw_usage efw_unused;

/* Entries of rules and attachments are user space's; processes come by themselves. */
static __always_inline struct efw_usage *
efw_usage_of(const struct efw_usage_key *key, __u32 number)
{
	struct efw_usage *usage = bpf_map_lookup_elem(&efw_usages, key);
	struct efw_quota *quota;

	if (usage || !key->tgid)
		return usage;
	quota = efw_quota_of(number);
	if (!quota || quota->usages >= EFW_PROCESSES_MAX)
		return 0;
	if (!bpf_map_update_elem(&efw_usages, key, &efw_unused, BPF_NOEXIST))
		__sync_fetch_and_add(&quota->usages, 1);
	return bpf_map_lookup_elem(&efw_usages, key);
}

/*
 * Charges one budget. `whose`: attachment's number << 32 | line of the limits;
 * `who`: rule << 32 | tgid. Returns enum efw_limit_kind of a rule, or 0.
 */
__noinline int efw_charge(__u64 whose, __u32 id, __u64 who, __u64 start_ns,
			  __u64 cost)
{
	const struct efw_budget *budget = efw_line((__u32)whose);
	struct efw_usage_key key = {
		.attachment = id,
		.rule = (__s32)(who >> 32),
		.tgid = (__u32)who,
		.start_ns = start_ns,
	};
	__u64 bytes = (__u32)cost, connections = (cost >> 32) & 0xffff;
	__u64 now = bpf_jiffies64(), bytes_slice, connections_slice;
	struct efw_limit of_bytes, of_connections;
	struct efw_usage *usage;
	int over;

	if (!budget)
		return EFW_LIMIT_TABLE_FULL;
	usage = efw_usage_of(&key, whose >> 32);
	if (!usage)
		return EFW_LIMIT_TABLE_FULL;

	of_bytes = budget->bytes;
	of_connections = budget->connections;
	bytes_slice = of_bytes.slice_ticks ? now / of_bytes.slice_ticks : 0;
	connections_slice = of_connections.slice_ticks
				    ? now / of_connections.slice_ticks
				    : 0;

	bpf_spin_lock(&usage->lock);
	if (cost & EFW_COST_BACK) {
		over = 0;
		bytes = -bytes;
		connections = -connections;
	} else {
		over = bytes ? efw_meter_over(&usage->bytes, &of_bytes,
					      bytes_slice, bytes)
			     : 0;
		if (!over && connections) {
			over = efw_meter_over(&usage->connections,
					      &of_connections,
					      connections_slice, connections);
			if (over)
				over += 2;
		}
	}
	if (!over) {
		efw_meter_add(&usage->bytes, bytes_slice, bytes);
		efw_meter_add(&usage->connections, connections_slice,
			      connections);
	}
	bpf_spin_unlock(&usage->lock);
	return over;
}

/* Whether every process, or the attachment, has limits. */
static __always_inline int efw_has_budget(__u32 line)
{
	const struct efw_budget *budget = efw_line(line);

	return !budget || budget->bytes.slice_ticks || budget->bytes.total ||
	       budget->connections.slice_ticks || budget->connections.total;
}

/* Charges all budgets, or none. Returns the limit that is in the way. */
static __always_inline enum efw_limit_kind
efw_charge_all(const struct efw_view *view, __u32 budget, __s32 rule,
	       const struct efw_process_key *process, __u64 cost)
{
	__u32 line = view->image->budgets;
	__u64 number = (__u64)view->number << 32;
	__u64 of_rule = (__u64)(__u32)rule << 32;
	__u64 nobody = 0xffffffffULL << 32;
	int over;

	if (!cost)
		return EFW_LIMIT_NONE;
	if (budget) {
		over = efw_charge(number | (line + budget), view->id, of_rule, 0,
				  cost);
		if (over)
			return over;
	}
	if (efw_has_budget(line + EFW_BUDGET_PROCESS)) {
		/* Whoever is not known shares one. */
		over = efw_charge(number | (line + EFW_BUDGET_PROCESS), view->id,
				  nobody | (process->tgid ? process->tgid : ~0U),
				  process->start_ns, cost);
		if (over) {
			over = over == EFW_LIMIT_TABLE_FULL ? over : over + 4;
			goto back;
		}
	}
	if (efw_has_budget(line + EFW_BUDGET_ATTACHMENT)) {
		over = efw_charge(number | (line + EFW_BUDGET_ATTACHMENT),
				  view->id, nobody, 0, cost);
		if (over) {
			over = over == EFW_LIMIT_TABLE_FULL ? over : over + 8;
			if (efw_has_budget(line + EFW_BUDGET_PROCESS))
				efw_charge(number | (line + EFW_BUDGET_PROCESS),
					   view->id,
					   nobody | (process->tgid ? process->tgid
								   : ~0U),
					   process->start_ns,
					   cost | EFW_COST_BACK);
			goto back;
		}
	}
	return EFW_LIMIT_NONE;

back:
	if (budget)
		efw_charge(number | (line + budget), view->id, of_rule, 0,
			   cost | EFW_COST_BACK);
	return over;
}

/* Turns an allowed decision into a denial. */
static __always_inline void efw_over_limit(struct efw_decision *decision,
					   enum efw_limit_kind limit)
{
	decision->verdict = EFW_DENY;
	decision->limit = limit;
	decision->reason =
		limit == EFW_LIMIT_TABLE_FULL	   ? EFW_REASON_TABLE_FULL
		: ((limit - 1) & 3) < 2 ? EFW_REASON_BUDGET_BYTES
						   : EFW_REASON_BUDGET_CONNECTIONS;
}

/* What is charged: not what stays in the sandbox, nor what goes to the proxy. */
static __always_inline int efw_is_charged(const struct efw_view *view,
					  const struct efw_decision *decision)
{
	if (!view->image->budgets || decision->verdict != EFW_ALLOW)
		return 0;
	switch (decision->reason) {
	case EFW_REASON_ALLOWED_BY_RULE:
	case EFW_REASON_ALLOWED_BY_NAME:
	case EFW_REASON_NOT_IN_DENY_LIST:
	case EFW_REASON_ADMITTED_FLOW:
		return 1;
	default:
		return 0;
	}
}

#endif
