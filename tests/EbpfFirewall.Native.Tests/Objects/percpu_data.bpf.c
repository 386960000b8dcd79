/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Variables of which every processor has its own; no program refers to them here, because only the newest kernels let it. */
#include "bpf_test.h"

int start SEC(".percpu") = 11;
int later SEC(".percpu") = 12;

SEC("tc")
int program(struct __sk_buff *skb)
{
	return 0;
}
