/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* A function that nobody defines. */
#include "bpf_test.h"

extern int nobody_defines_this(int x);
SEC("tc") int program(struct __sk_buff *skb) { return nobody_defines_this(skb->len); }
