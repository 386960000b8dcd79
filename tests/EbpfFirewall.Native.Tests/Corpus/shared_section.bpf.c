/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Several programs in one section, with subprograms elsewhere. */
#include "bpf_test.h"

static __noinline int in_text(int x)
{
	asm volatile("");
	return x * 2;
}

SEC("tc") int one(struct __sk_buff *skb) { return in_text(skb->len); }
SEC("tc") int two(struct __sk_buff *skb) { return in_text(skb->len) + 1; }
SEC("xdp") int three(void *ctx) { return 2; }
