/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* A function that lives in a module (connection tracking), where it lives at all. */
#include "bpf_test.h"

#define __ksym __attribute__((section(".ksyms")))
#define __weak __attribute__((weak))

struct nf_conn;
struct bpf_sock_tuple {
	__u32 words[9];
};
struct bpf_ct_opts {
	__s32 netns_id;
	__s32 error;
	__u8 l4proto, dir;
	__u8 reserved[2];
};

extern struct nf_conn *bpf_skb_ct_lookup(struct __sk_buff *skb, struct bpf_sock_tuple *tuple, __u32 size,
					 struct bpf_ct_opts *opts, __u32 opts_size) __ksym __weak;
extern void bpf_ct_release(struct nf_conn *connection) __ksym __weak;

SEC("tc")
int ask(struct __sk_buff *skb)
{
	struct bpf_ct_opts opts = { .netns_id = -1, .l4proto = 6 };
	struct bpf_sock_tuple tuple = {};
	struct nf_conn *connection;

	if (!bpf_skb_ct_lookup)
		return 0;
	connection = bpf_skb_ct_lookup(skb, &tuple, 12, &opts, 12);
	if (connection)
		bpf_ct_release(connection);
	return 1;
}
