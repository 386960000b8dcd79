/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Data that no instruction refers to, statics, and variables nobody outside is to see. */
#include "bpf_test.h"

static const char built_from[] SEC(".rodata.note") = "a note for tools";
static int quiet SEC(".bss.quiet");
__hidden int hidden SEC(".data.hidden") = 3;
const volatile int version = 7;

SEC("tc")
int plain(struct __sk_buff *skb)
{
	return 0;
}

SEC("tc")
int counting(struct __sk_buff *skb)
{
	return quiet++ + hidden;
}
