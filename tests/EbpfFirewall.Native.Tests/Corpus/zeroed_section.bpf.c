/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* A custom section of zeroes, which not every loader takes. */
#include "bpf_test.h"

int custom_zero SEC(".bss.custom");
SEC("tc") int program(struct __sk_buff *skb) { return custom_zero++; }
