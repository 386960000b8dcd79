/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* A program that throws, and the function that a tag names for it; nothing calls that function. */
#include "bpf_test.h"

#define __ksym __attribute__((section(".ksyms")))

extern void bpf_throw(__u64 cookie) __ksym;

int counted;

__noinline int count(int by)
{
	counted += by;
	return counted;
}

__noinline int handle(__u64 cookie)
{
	return cookie + count(1) * 0;
}

__attribute__((btf_decl_tag("exception_callback:handle")))
SEC("tc")
int throwing(struct __sk_buff *skb)
{
	if (skb->len > 4)
		bpf_throw(41);
	return 1;
}

SEC("tc")
int peaceful(struct __sk_buff *skb)
{
	return count(2);
}
