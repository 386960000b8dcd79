/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* A kprobe; kernels without them refuse it. */
#include "bpf_test.h"

SEC("kprobe/do_unlinkat") int k1(void *ctx) { return 0; }
SEC("uprobe//bin/sh:main") int k2(void *ctx) { return 0; }
SEC("perf_event") int k3(void *ctx) { return 0; }
SEC("tp/sched/sched_switch") int k4(void *ctx) { return 0; }
