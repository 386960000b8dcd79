/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Section names of recent years; kernels may refuse the programs, then both loaders are refused. */
#include "bpf_test.h"

SEC("?raw_tp.s/sys_enter") int n1(void *ctx) { return 0; }
SEC("?tp.s/syscalls/sys_enter_openat") int n2(void *ctx) { return 0; }
SEC("?fentry.multi") int n3(void *ctx) { return 0; }
SEC("?fexit.multi.s") int n4(void *ctx) { return 0; }
SEC("?fsession.multi") int n5(void *ctx) { return 0; }
SEC("fsession/do_unlinkat") int n6(void *ctx) { return 0; }
SEC("?tp_btf.s/sys_enter") int n7(void *ctx) { return 0; }
