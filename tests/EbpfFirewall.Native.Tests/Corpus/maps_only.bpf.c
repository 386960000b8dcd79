/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* No program at all. */
#include "bpf_test.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, int);
} lonely SEC(".maps");
int variable = 3;
