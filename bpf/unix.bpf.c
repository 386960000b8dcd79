/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * connect(2) and sendmsg(2) to a unix socket by name (Linux 6.7): a service
 * behind one would reach out for the sandbox.
 *   (1) who calls, (2) the rules, (3) the sandbox's own sockets,
 *   (4) what remains is foreign: denied, or only told
 */
#include "lib/report.h"
#include "lib/unixown.h"

static __always_inline int efw_emit_unix(struct efw_quota *quota,
					 const struct efw_report_key *key,
					 __u64 now, __u32 repeat,
					 __u32 is_repeat,
					 const struct efw_unix_name *name)
{
	struct efw_unix_event *event;

	if (!quota || !efw_may_tell(quota, now))
		return 0;
	event = bpf_ringbuf_reserve(&efw_events, sizeof(*event), 0);
	if (!event)
		return 0;
	efw_fill(&event->event, key, now, repeat, is_repeat);
	event->name = *name;
	bpf_ringbuf_submit(event, 0);
	return 1;
}

/* As efw_tell_once, with the name. 0: the event was dropped. */
static __always_inline int efw_tell_unix(struct efw_quota *quota,
				    const struct efw_report_key *key,
				    const struct efw_unix_name *name)
{
	struct efw_report *report, first = {};
	__u64 now = bpf_ktime_get_boot_ns();
	__u32 repeat;

	report = bpf_map_lookup_elem(&efw_reports, key);
	if (!report) {
		first.told_ns = now;
		bpf_map_update_elem(&efw_reports, key, &first, BPF_ANY);
		return efw_emit_unix(quota, key, now, 1, 0, name);
	}
	__sync_fetch_and_add(&report->pending, 1);
	if (now - report->told_ns <= EFW_REPORT_AGAIN_NS)
		return 1;
	repeat = report->pending;
	report->told_ns = now;
	report->pending = 0;
	return efw_emit_unix(quota, key, now, repeat, 1, name);
}

/* Names that share a hash are told as one: only events are coarser then. */
static __always_inline __u64 efw_unix_hash(const struct efw_unix_name *name)
{
	__u64 hash = name->kind << 8 | name->length;

	for (__u32 i = 0; i < EFW_UNIX_WORDS; i++) {
		hash = (hash ^ name->text[i]) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 32;
	}
	return hash;
}

static __noinline int efw_report_unix(const struct efw_view *view,
					    const struct efw_process_key *process,
					    struct bpf_sock_addr *ctx,
					    const struct efw_unix_name *name,
					    const struct efw_decision *decision)
{
	struct efw_quota *quota = efw_quota_of(view->number);
	struct efw_report_key key = {
		.process = *process,
		.family = EFW_AF_UNIX,
		.type = ctx->type,
		.reason = decision->reason,
		.stage = EFW_STAGE_UNIX,
		.attribution = EFW_BY_CALLER,
		.verdict = decision->verdict,
		.rule = decision->rule,
		.generation = decision->generation,
		.attachment = view->id,
	};
	__u64 hash = efw_unix_hash(name);

	efw_count_call(view, decision);
	efw_count(view, decision->verdict == EFW_DENY ? EFW_COUNT_DENIED
						      : EFW_COUNT_ALLOWED);
	if (decision->verdict != EFW_DENY &&
	    decision->reason != EFW_REASON_FOREIGN_UNIX &&
	    !(view->header && (view->header->flags & EFW_REPORT_ALLOWED)))
		return 0;
	key.dest.addr.w[0] = hash;
	key.dest.addr.w[1] = hash >> 32;
	if (quota)
		quota->activity += 1;
	if (!efw_tell_unix(quota, &key, name))
		efw_count(view, EFW_COUNT_EVENTS_DROPPED);
	return 0;
}

/* (2), (3), (4) */
static __always_inline void efw_decide_unix(const struct efw_view *view,
					   struct bpf_sock_addr *ctx,
					   const struct efw_unix_name *name,
					   struct efw_decision *decision)
{
	struct efw_unix_match match = {};
	__u8 reported = view->header->flags & EFW_UNIX_REPORTED;
	int clear = name->canonical || name->kind != EFW_UNIX_PATH;

	if (view->image->list_mode == EFW_MODE_BLOCK_ALL) {
		decision->reason = EFW_REASON_BLOCK_ALL;
		return;
	}
	efw_unix_ask(view->image->unixes, name, &match);
	if (match.broken) {
		efw_deny_broken(view, decision);
		return;
	}
	if (match.matched && clear) {
		decision->rule = match.rule;
		decision->verdict = match.verdict;
		decision->reason = match.verdict == EFW_ALLOW
					   ? EFW_REASON_ALLOWED_BY_RULE
					   : EFW_REASON_DENIED_BY_RULE;
		return;
	}

	/* A denial names a place; what does not say where it leads may be it. */
	decision->reason = EFW_REASON_FOREIGN_UNIX;
	if ((clear || !match.denies) && efw_unix_is_own(ctx, name)) {
		decision->verdict = EFW_ALLOW;
		decision->reason = EFW_REASON_OWN_UNIX;
		return;
	}
	if (!reported)
		return;
	if (!view->image->unixes) {
		decision->verdict = EFW_ALLOW;
		return;
	}
	if (clear && view->image->list_mode == EFW_MODE_DENY_LIST) {
		decision->verdict = EFW_ALLOW;
		decision->reason = EFW_REASON_NOT_IN_DENY_LIST;
	}
}

static __always_inline int efw_unix(struct bpf_sock_addr *ctx)
{
	struct efw_process_key process = {};
	struct efw_decision decision;
	struct efw_unix_name name;
	struct efw_view view;
	int known, readable;

	known = efw_begin(&view, efw_own_number(), &decision);
	readable = efw_unix_read(ctx, &name);
	if (readable && !name.kind)
		return EFW_CG_ALLOW;
	if (!efw_record_process(&view, &process))
		decision.reason = EFW_REASON_TABLE_FULL;
	else if (known && !readable)
		decision.reason = EFW_REASON_FOREIGN_UNIX;
	else if (known && view.header)
		efw_decide_unix(&view, ctx, &name, &decision);
	efw_report_unix(&view, &process, ctx, &name, &decision);
	return efw_enforce(&decision);
}

SEC("cgroup/connect_unix")
int efw_connect_unix(struct bpf_sock_addr *ctx)
{
	return efw_unix(ctx);
}

SEC("cgroup/sendmsg_unix")
int efw_sendmsg_unix(struct bpf_sock_addr *ctx)
{
	return efw_unix(ctx);
}

char efw_license[] SEC("license") = "Dual MIT/GPL";
