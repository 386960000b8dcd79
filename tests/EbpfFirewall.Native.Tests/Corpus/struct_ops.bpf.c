/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* An implementation of a kernel structure of functions. */
#include "bpf_test.h"

struct tcp_congestion_ops {
	__u32 (*ssthresh)(void *sk);
	char name[16];
};

SEC("struct_ops")
int efw_ssthresh(__u64 *ctx)
{
	return 10;
}

SEC(".struct_ops")
struct tcp_congestion_ops efw_congestion = {
	.ssthresh = (void *)efw_ssthresh,
	.name = "efw",
};
