/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Programs for the links that links.bpf.c does not cover. */
#include "bpf_test.h"

enum {
	BPF_MAP_TYPE_SOCKMAP = 15,
	NF_DROP = 0,
	NF_ACCEPT = 1,
	SK_PASS = 1,
	NETKIT_PASS = 0,
};

__u64 hits;

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
} sockets SEC(".maps");

static __always_inline void hit(void)
{
	__sync_fetch_and_add(&hits, 1);
}

SEC("?uprobe")
int on_user_code(void *ctx)
{
	hit();
	return 0;
}

SEC("?uprobe.multi")
int on_user_codes(void *ctx)
{
	hit();
	return 0;
}

SEC("?netfilter")
int refuse(void *ctx)
{
	hit();
	return NF_DROP;
}

SEC("?netkit/primary")
int on_netkit(struct __sk_buff *skb)
{
	hit();
	return NETKIT_PASS;
}

SEC("?sk_msg")
int on_message(void *ctx)
{
	hit();
	return SK_PASS;
}

SEC("?sk_lookup")
int on_lookup(void *ctx)
{
	hit();
	return SK_PASS;
}

__noinline int answer(struct __sk_buff *skb)
{
	volatile int value = 7;

	return value;
}

SEC("?tc")
int ask(struct __sk_buff *skb)
{
	return answer(skb);
}

SEC("?freplace/answer")
int other_answer(struct __sk_buff *skb)
{
	hit();
	return 42;
}
