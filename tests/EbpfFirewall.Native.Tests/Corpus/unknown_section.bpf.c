/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* A section whose name says nothing. */
#include "bpf_test.h"

SEC("something/else") int program(void *ctx) { return 0; }
