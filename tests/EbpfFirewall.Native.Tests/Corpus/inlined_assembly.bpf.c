/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Inline assembly, 32-bit operations, atomics, loops, byte swaps. */
#include "bpf_test.h"

__u64 counter;
__u32 small;
SEC("tc")
int program(struct __sk_buff *skb)
{
	__u64 x = skb->len, sum = 0;

	asm volatile("%0 = be16 %0" : "+r"(x));
	for (int i = 0; i < 100; i++)
		sum += i ^ x;
	__sync_fetch_and_add(&counter, sum);
	small = (__u32)sum / 7 + (__u32)x % 5;
	return sum > 3 ? (int)(sum >> 3) : -1;
}
