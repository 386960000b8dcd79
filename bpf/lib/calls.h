/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * From the egress program of one attachment to the programs that all share.
 */
#ifndef EFW_CALLS_H
#define EFW_CALLS_H

#include "../include/bpf_api.h"

enum efw_call {
	EFW_CALL_JUDGE = 0,
	EFW_CALLS = 10,
};

/* Filled by user space. An empty slot: the packet is denied. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, EFW_CALLS);
	__type(key, __u32);
	__type(value, __u32);
} efw_calls SEC(".maps");

/* What a called program is told, in the packet's control block. */
#define EFW_CB_NUMBER 0
#define EFW_CB_RULE 1
#define EFW_CB_REASON 2 /* and budget << 16 */
#define EFW_CB_GENERATION 3

#endif
