/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* One counting program for each way of attaching. */
#include "bpf_test.h"

__u64 hits;
__u64 order;

static __always_inline void hit(__u64 digit)
{
	__sync_fetch_and_add(&hits, 1);
	order = order * 10 + digit;
}

SEC("tcx/egress")
int one(struct __sk_buff *skb)
{
	hit(1);
	return -1;
}

SEC("tcx/egress")
int two(struct __sk_buff *skb)
{
	hit(2);
	return -1;
}

SEC("tcx/egress")
int three(struct __sk_buff *skb)
{
	hit(3);
	return -1;
}

SEC("?tc")
int drop(struct __sk_buff *skb)
{
	hit(9);
	return 2;
}

SEC("?xdp")
int pass(void *ctx)
{
	hit(1);
	return 2;
}

SEC("?kprobe")
int on_function(void *ctx)
{
	hit(1);
	return 0;
}

SEC("?kprobe.multi")
int on_functions(void *ctx)
{
	hit(1);
	return 0;
}

SEC("?tracepoint")
int on_tracepoint(void *ctx)
{
	hit(1);
	return 0;
}

SEC("?fentry/bpf_fentry_test1")
int on_entry(void *ctx)
{
	hit(1);
	return 0;
}

SEC("?lsm/file_mprotect")
int on_mprotect(void *ctx)
{
	hit(1);
	return 0;
}
