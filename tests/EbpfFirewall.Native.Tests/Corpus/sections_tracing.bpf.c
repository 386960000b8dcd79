/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Tracing sections; kernels may refuse them, then both loaders are refused. */
#include "bpf_test.h"

SEC("fentry/do_unlinkat") int t1(void *ctx) { return 0; }
