/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Tells a decision to user space, once for equal ones; repeats are gathered
 * and told again after EFW_REPORT_AGAIN_NS, the rest when the sandbox ends.
 */
#ifndef EFW_REPORT_H
#define EFW_REPORT_H

#include "decide.h"

#define EFW_REPORT_AGAIN_NS (10ULL * 1000 * 1000 * 1000)

static __always_inline void efw_emit(const struct efw_report_key *key,
				     __u64 now, __u32 repeat, __u32 is_repeat)
{
	struct efw_event *event =
		bpf_ringbuf_reserve(&efw_events, sizeof(*event), 0);

	if (!event) {
		efw_count(EFW_COUNT_EVENTS_DROPPED);
		return;
	}
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
	event->_reserved = 0;
	bpf_ringbuf_submit(event, 0);
}

static __noinline int efw_tell(const struct efw_report_key *key)
{
	struct efw_report *report, first = {};
	__u64 now = bpf_ktime_get_boot_ns();

	report = bpf_map_lookup_elem(&efw_reports, key);
	if (!report) {
		first.told_ns = now;
		bpf_map_update_elem(&efw_reports, key, &first, BPF_ANY);
		efw_emit(key, now, 1, 0);
		return 0;
	}

	__sync_fetch_and_add(&report->pending, 1);
	if (now - report->told_ns > EFW_REPORT_AGAIN_NS) {
		__u32 repeat = report->pending;

		report->told_ns = now;
		report->pending = 0;
		efw_emit(key, now, repeat, 1);
	}
	return 0;
}

/* The slot that a decision is counted in. */
static __always_inline struct efw_traffic *
efw_traffic_of(const struct efw_decision *decision)
{
	__u32 slot = decision->rule >= 0
			     ? EFW_TRAFFIC_REASONS + decision->rule
			     : decision->reason;

	return bpf_map_lookup_elem(&efw_traffic, &slot);
}

static __always_inline void efw_count_call(const struct efw_decision *decision)
{
	struct efw_traffic *traffic = efw_traffic_of(decision);

	if (traffic)
		traffic->calls += 1;
}

static __always_inline void
efw_count_packet(const struct efw_decision *decision, __u32 bytes)
{
	struct efw_traffic *traffic = efw_traffic_of(decision);

	if (traffic) {
		traffic->packets += 1;
		traffic->bytes += bytes;
	}
}

/* Reports a denial always, an allowed decision when asked for. */
static __always_inline void
efw_report(const struct efw_process_key *process, __u8 attribution,
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
		.rule = decision->rule,
		.generation = decision->generation,
	};

	efw_count(decision->verdict == EFW_DENY ? EFW_COUNT_DENIED
						: EFW_COUNT_ALLOWED);
	if (decision->verdict == EFW_DENY ||
	    (efw_config.flags & EFW_REPORT_ALLOWED))
		efw_tell(&key);
}

#endif
