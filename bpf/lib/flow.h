/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Flows through an interface: what the target has been allowed to send, so that
 * replies come back, and so that a flow goes on when its grant has ended.
 */
#ifndef EFW_FLOW_LIB_H
#define EFW_FLOW_LIB_H

#include "addr.h"
#include "maps.h"

/* Of one interface. Full: the oldest goes, and its replies are denied. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct efw_flow_key);
	__type(value, struct efw_flow);
} efw_flows SEC(".maps");

/* Notes an allowed packet of the target. 0: no room. */
static __always_inline int efw_note_flow(const struct efw_view *view,
					 const struct efw_flow_key *key)
{
	struct efw_flow first = {
		.ticks = bpf_jiffies64(),
		.generation = view->generation,
	};
	struct efw_flow *flow = bpf_map_lookup_elem(&efw_flows, key);

	if (!flow)
		return !bpf_map_update_elem(&efw_flows, key, &first, BPF_ANY);
	flow->ticks = first.ticks;
	flow->generation = first.generation;
	return 1;
}

/* Whether the policy in force still lets the target talk to the remote side. */
static __always_inline int efw_flow_allowed(const struct efw_view *view,
					    struct efw_flow *flow,
					    const struct efw_endpoint *remote)
{
	struct efw_decision decision = {.rule = -1};

	if (flow->generation == view->generation &&
	    !(view->image->flags & EFW_STRICT_TTL))
		return 1;
	efw_decide(view, remote, &decision);
	if (decision.verdict == EFW_ALLOW) {
		flow->generation = view->generation;
		return 1;
	}
	return decision.reason == EFW_REASON_NOT_IN_ALLOW_LIST &&
	       efw_still_admitted(view, &flow->generation, remote);
}

/* Whether a packet to the target belongs to a flow that it began. */
static __always_inline int efw_is_reply(const struct efw_view *view,
					const struct efw_flow_key *key,
					__u32 udp_ticks)
{
	struct efw_flow *flow = bpf_map_lookup_elem(&efw_flows, key);

	if (!flow || (key->remote.protocol == EFW_IPPROTO_UDP &&
		      bpf_jiffies64() - flow->ticks > udp_ticks))
		return 0;
	return efw_flow_allowed(view, flow, &key->remote);
}

#endif
