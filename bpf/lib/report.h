/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Tells a decision to user space, once for equal ones; repeats are gathered
 * and told again after EFW_REPORT_AGAIN_NS, the rest when the sandbox ends.
 */
#ifndef EFW_REPORT_H
#define EFW_REPORT_H

#include "maps.h"

#define EFW_REPORT_AGAIN_NS (10ULL * 1000 * 1000 * 1000)

/*
 * A flood of one attachment must not push the others' events out of the ring.
 * Two CPUs may begin a window at once: what one of them counted is forgotten.
 */
static __always_inline int efw_may_tell(struct efw_quota *quota, __u64 now)
{
	__u32 window = now >> EFW_EVENTS_WINDOW_SHIFT;

	if (quota->window != window) {
		quota->window = window;
		quota->events = 0;
	}
	if (quota->events >= EFW_EVENTS_MAX)
		return 0;
	__sync_fetch_and_add(&quota->events, 1);
	return 1;
}

static __always_inline void efw_fill(struct efw_event *event,
				     const struct efw_report_key *key,
				     __u64 now, __u32 repeat, __u32 is_repeat)
{
	event->time_ns = now;
	event->process = key->process;
	event->dest = key->dest;
	event->rule = key->rule;
	event->repeat = repeat;
	event->family = key->family;
	event->type = key->type;
	event->verdict = key->verdict;
	event->reason = key->reason;
	event->stage = key->stage;
	event->attribution = key->attribution;
	event->is_repeat = is_repeat;
	event->generation = key->generation;
	event->limit = key->limit;
	event->attachment = key->attachment;
	event->_reserved2 = 0;
}

/* 0: it was dropped. */
static __always_inline int efw_emit(struct efw_quota *quota,
				    const struct efw_report_key *key, __u64 now,
				    __u32 repeat, __u32 is_repeat)
{
	struct efw_event *event;

	if (!quota || !efw_may_tell(quota, now))
		return 0;
	event = bpf_ringbuf_reserve(&efw_events, sizeof(*event), 0);
	if (!event)
		return 0;
	efw_fill(event, key, now, repeat, is_repeat);
	bpf_ringbuf_submit(event, 0);
	return 1;
}

/* 0: the event was dropped. */
static __noinline int efw_tell_once(struct efw_quota *quota,
				    const struct efw_report_key *key)
{
	struct efw_report *report, first = {};
	__u64 now = bpf_ktime_get_boot_ns();

	report = bpf_map_lookup_elem(&efw_reports, key);
	if (!report) {
		first.told_ns = now;
		bpf_map_update_elem(&efw_reports, key, &first, BPF_ANY);
		return efw_emit(quota, key, now, 1, 0);
	}

	__sync_fetch_and_add(&report->pending, 1);
	if (now - report->told_ns > EFW_REPORT_AGAIN_NS) {
		__u32 repeat = report->pending;

		report->told_ns = now;
		report->pending = 0;
		return efw_emit(quota, key, now, repeat, 1);
	}
	return 1;
}

static __always_inline void efw_tell(const struct efw_view *view,
				     const struct efw_report_key *key)
{
	struct efw_quota *quota = efw_quota_of(view->number);

	if (quota)
		quota->activity += 1;
	if (!efw_tell_once(quota, key))
		efw_count(view, EFW_COUNT_EVENTS_DROPPED);
}

/* Reports a denial always, an allowed decision when asked for. */
static __always_inline void
efw_report(const struct efw_view *view,
	   const struct efw_process_key *process, __u8 attribution,
	   __u8 stage, const struct efw_endpoint *dest,
	   const struct efw_decision *decision)
{
	struct efw_report_key key = {
		.process = *process,
		.dest = *dest,
		.reason = decision->reason,
		.stage = stage,
		.attribution = attribution,
		.verdict = decision->verdict,
		.limit = decision->limit,
		.rule = decision->rule,
		.generation = decision->generation,
		.attachment = view->id,
	};

	efw_count(view, decision->verdict == EFW_DENY ? EFW_COUNT_DENIED
						      : EFW_COUNT_ALLOWED);
	if (decision->verdict == EFW_DENY ||
	    (view->header && (view->header->flags & EFW_REPORT_ALLOWED)))
		efw_tell(view, &key);
}

#endif
