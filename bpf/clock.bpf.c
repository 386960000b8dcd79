/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Reads the clock that leases end by. Run once, by a test run: user space
 * counts on from there.
 */
#include "include/bpf_api.h"

__u64 efw_ticks;

SEC("tc")
int efw_read_clock(struct __sk_buff *skb)
{
	(void)skb;
	efw_ticks = bpf_jiffies64();
	return 0;
}

char efw_license[] SEC("license") = "Dual MIT/GPL";
