/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* An LSM program. */
#include "bpf_test.h"

SEC("lsm/file_open") int l1(void *ctx) { return 0; }
