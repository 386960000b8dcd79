/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Follows a pointer that user space stored. */
#include "bpf_test.h"

#define __arena __attribute__((address_space(1)))

struct {
	__uint(type, 33);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 4);
} memory SEC(".maps");

struct node {
	__u64 value;
	struct node __arena *next;
};

struct node __arena *head;

SEC("tc")
int add_up(struct __sk_buff *skb)
{
	struct node __arena *node = head;
	__u64 sum = 0;

	asm volatile("" :: "r"(&memory));
	for (int i = 0; i < 8 && node; i++) {
		sum += node->value;
		node->value = 0;
		node = node->next;
	}
	return sum;
}
