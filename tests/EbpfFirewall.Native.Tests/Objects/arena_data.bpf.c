/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Variables that live in an arena. */
#include "bpf_test.h"

#define __arena __attribute__((address_space(1)))

struct {
	__uint(type, 33);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 4);
} memory SEC(".maps");

int __arena total = 40;
int __arena calls;

SEC("tc")
int add(struct __sk_buff *skb)
{
	asm volatile("" :: "r"(&memory));
	total += 2;
	calls++;
	return total;
}
