/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* A counter on an interface. */
#include "bpf_test.h"

__u64 packets;

SEC("tcx/egress")
int count(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&packets, 1);
	return -1;
}
