/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* No licence: helpers that want a compatible one are closed. */
#define NO_LICENSE
#include "bpf_test.h"

SEC("tc") int program(struct __sk_buff *skb) { return skb->len; }
