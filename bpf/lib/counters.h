/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * What is counted of an attachment, in its range of slots: EFW_COUNTERS of
 * enum efw_counter, EFW_TRAFFIC_REASONS of reasons without a rule, then one
 * for each rule.
 */
#ifndef EFW_COUNTERS_H
#define EFW_COUNTERS_H

#include "policy.h"

/* Sized by user space. A rule without a slot is not counted. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct efw_traffic);
} efw_traffic SEC(".maps");

/*
 * verdict and reason as efw_abi.h; observing: the verdict is not enforced;
 * rule -1: none; generation 0: no policy; budget: of the term; limit: enum
 * efw_limit_kind.
 */
struct efw_decision {
	__u8 verdict;
	__u8 reason;
	__u8 observing;
	__u8 limit;
	__u16 budget;
	__s32 rule;
	__u32 generation;
};

/* First slot << 32 | slots of rules. Without a header it is nobody's: zero. */
static __always_inline __u64 efw_traffic_range(const struct efw_view *view)
{
	const volatile struct efw_header *header = view->header;

	return header ? header->traffic : 0;
}

static __always_inline struct efw_traffic *efw_traffic_at(__u32 slot)
{
	return bpf_map_lookup_elem(&efw_traffic, &slot);
}

static __always_inline void efw_count(const struct efw_view *view,
				      enum efw_counter counter)
{
	struct efw_traffic *traffic =
		efw_traffic_at((efw_traffic_range(view) >> 32) + counter);

	if (traffic)
		traffic->calls += 1;
}

/* The slot that a decision is counted in. */
static __always_inline struct efw_traffic *
efw_traffic_of(const struct efw_view *view, __s32 rule, __u8 reason)
{
	__u64 range = efw_traffic_range(view);
	__u32 slot = EFW_COUNTERS + reason;

	if (rule >= 0) {
		if ((__u32)rule >= (__u32)range)
			return 0;
		slot = EFW_COUNTERS + EFW_TRAFFIC_REASONS + rule;
	}
	return efw_traffic_at((range >> 32) + slot);
}

static __always_inline void efw_count_call(const struct efw_view *view,
					   const struct efw_decision *decision)
{
	struct efw_traffic *traffic =
		efw_traffic_of(view, decision->rule, decision->reason);

	if (traffic)
		traffic->calls += 1;
}

static __always_inline void efw_count_packet(const struct efw_view *view,
					     __s32 rule, __u8 reason,
					     __u32 bytes)
{
	struct efw_traffic *traffic = efw_traffic_of(view, rule, reason);

	if (traffic) {
		traffic->packets += 1;
		traffic->bytes += bytes;
	}
}

#endif
