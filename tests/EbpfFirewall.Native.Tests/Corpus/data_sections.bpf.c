/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Custom data sections, strings, merged constants, statics of the same name. */
#include "bpf_test.h"

int plain = 1;
int zeroed;
int custom SEC(".data.custom") = 2;
const volatile int custom_constant SEC(".rodata.custom") = 3;
static volatile int hidden_counter = 4;
struct wide { __u64 a[3]; __u8 b; } wide_value = { { 1, 2, 3 }, 4 };
__hidden int hidden_global = 5;
static const char format[] = "value %d";

static __noinline int first(void)
{
	static volatile int counter = 7;
	return counter++;
}

static __noinline int second(void)
{
	static volatile int counter;
	return counter++;
}

SEC("tc")
int touch(struct __sk_buff *skb)
{
	static long (*bpf_trace_printk)(const char *fmt, __u32 size, ...) = (void *)6;

	bpf_trace_printk("literal %d", 11, plain);
	bpf_trace_printk(format, sizeof(format), zeroed);
	custom += custom_constant + hidden_counter + hidden_global;
	wide_value.b++;
	return first() + second();
}
