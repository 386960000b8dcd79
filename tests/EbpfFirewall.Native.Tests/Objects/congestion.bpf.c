/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Congestion controls that never let the window shrink: one for a link, one without. The structure is declared in an order of its own. */
#include "bpf_test.h"

struct tcp_congestion_ops___mine {
	char name[16];
	__u32 (*ssthresh)(void *sk);
	__u32 (*undo_cwnd)(void *sk);
	void (*cong_avoid)(void *sk, __u32 ack, __u32 acked);
	void (*init)(void *sk);
	void (*no_such_member)(void *sk);
};

__u64 started;

SEC("struct_ops")
int start(__u64 *ctx)
{
	started++;
	return 0;
}

SEC("struct_ops")
int keep(__u64 *ctx)
{
	return 10;
}

SEC("struct_ops")
int undo(__u64 *ctx)
{
	return 10;
}

SEC("struct_ops")
int avoid(__u64 *ctx)
{
	return 0;
}

#ifdef LINK
SEC(".struct_ops.link")
#else
SEC(".struct_ops")
#endif
struct tcp_congestion_ops___mine steady = {
	.init = (void *)start,
	.ssthresh = (void *)keep,
	.undo_cwnd = (void *)undo,
	.cong_avoid = (void *)avoid,
#ifdef SURPLUS
	.no_such_member = (void *)start,
#endif
#ifdef LINK
	.name = "efw_linked",
#else
	.name = "efw_plain",
#endif
};
