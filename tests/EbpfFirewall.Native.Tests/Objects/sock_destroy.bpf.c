/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Iterators that destroy the sockets bound to one port. */
#include "bpf_test.h"

#define __ksym __attribute__((section(".ksyms")))

struct sock_common {
	__u16 skc_num;
} CORE;

struct sock {
	struct sock_common __sk_common;
} CORE;

struct inet_sock {
	struct sock sk;
} CORE;

struct udp_sock {
	struct inet_sock inet;
} CORE;

struct bpf_iter_meta;

struct bpf_iter__tcp {
	struct bpf_iter_meta *meta;
	struct sock_common *sk_common;
} CORE;

struct bpf_iter__udp {
	struct bpf_iter_meta *meta;
	struct udp_sock *udp_sk;
} CORE;

extern int bpf_sock_destroy(struct sock_common *sock) __ksym;

const volatile __u16 port;
__u32 destroyed;

SEC("iter/tcp")
int destroy_tcp(struct bpf_iter__tcp *ctx)
{
	struct sock_common *sock = ctx->sk_common;

	if (sock && sock->skc_num == port && !bpf_sock_destroy(sock))
		destroyed++;
	return 0;
}

SEC("iter/udp")
int destroy_udp(struct bpf_iter__udp *ctx)
{
	struct udp_sock *sock = ctx->udp_sk;

	if (sock && sock->inet.sk.__sk_common.skc_num == port &&
	    !bpf_sock_destroy((struct sock_common *)sock))
		destroyed++;
	return 0;
}
