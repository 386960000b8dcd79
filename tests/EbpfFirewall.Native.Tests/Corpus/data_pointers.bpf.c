/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Data that refers to data and code, tables of constants, a switch. */
#include "bpf_test.h"

int target = 3;
int *pointer = &target;
static const __u32 table[16] = { 1, 4, 9, 16, 25, 36, 49, 64, 81, 100, 121, 144, 169, 196, 225, 256 };
struct { __u64 a, b, c, d; } copy;
const struct { __u64 a, b, c, d; } origin = { 1, 2, 3, 4 };

SEC("tc")
int program(struct __sk_buff *skb)
{
	__u32 index = skb->len & 15;

	__builtin_memcpy(&copy, (void *)&origin, sizeof(copy));
	switch (index) {
	case 0: return 5;
	case 1: return 77;
	case 2: return 31;
	case 3: return 12;
	case 4: return 99;
	}
	return table[index] + target;
}
