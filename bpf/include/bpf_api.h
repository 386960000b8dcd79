/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * The part of the BPF helper interface that these programs use, by the numbers
 * of linux/bpf.h. Only what Linux 5.10 has; see bpf-helpers(7).
 */
#ifndef EFW_BPF_API_H
#define EFW_BPF_API_H

#include <linux/bpf.h>
#include <linux/types.h>

#define offsetof(type, member) __builtin_offsetof(type, member)
#define SEC(name) __attribute__((section(name), used))
#undef __always_inline /* linux/stddef.h only asks for inlining */
#define __always_inline inline __attribute__((always_inline))
#define __noinline __attribute__((noinline))
#define __core __attribute__((preserve_access_index))

/* BTF-defined maps: an int is an array length, a type a pointer. */
#define __uint(name, value) int(*name)[value]
#define __type(name, value) typeof(value) *name

#define EFW_EPERM 1
#define EFW_AF_UNIX 1
#define EFW_AF_INET 2
#define EFW_AF_INET6 10
#define EFW_SOCK_STREAM 1
#define EFW_SOCK_DGRAM 2
#define EFW_IPPROTO_TCP 6
#define EFW_IPPROTO_UDP 17
#define EFW_IPPROTO_MPTCP 262

#define bpf_htons(x) __builtin_bswap16(x)
#define bpf_ntohs(x) __builtin_bswap16(x)
#define bpf_htonl(x) __builtin_bswap32(x)
#define bpf_ntohl(x) __builtin_bswap32(x)

static void *(*const bpf_map_lookup_elem)(void *map, const void *key) =
	(void *)BPF_FUNC_map_lookup_elem;
static long (*const bpf_map_update_elem)(void *map, const void *key,
					 const void *value, __u64 flags) =
	(void *)BPF_FUNC_map_update_elem;
static __u64 (*const bpf_ktime_get_boot_ns)(void) =
	(void *)BPF_FUNC_ktime_get_boot_ns;
static void *(*const bpf_get_local_storage)(void *map, __u64 flags) =
	(void *)BPF_FUNC_get_local_storage;
static long (*const bpf_tail_call)(void *ctx, void *programs, __u32 slot) =
	(void *)BPF_FUNC_tail_call;
static __u64 (*const bpf_jiffies64)(void) = (void *)BPF_FUNC_jiffies64;
static void *(*const bpf_get_current_task)(void) =
	(void *)BPF_FUNC_get_current_task;
static long (*const bpf_probe_read_kernel)(void *to, __u32 size,
					   const void *from) =
	(void *)BPF_FUNC_probe_read_kernel;
static long (*const bpf_probe_read_kernel_str)(void *to, __u32 size,
					       const void *from) =
	(void *)BPF_FUNC_probe_read_kernel_str;
static long (*const bpf_probe_read_user)(void *to, __u32 size,
					 const void *from) =
	(void *)BPF_FUNC_probe_read_user;
static void *(*const bpf_sk_storage_get)(void *map, void *sk, void *value,
					 __u64 flags) =
	(void *)BPF_FUNC_sk_storage_get;
static struct bpf_sock *(*const bpf_sk_fullsock)(struct bpf_sock *sk) =
	(void *)BPF_FUNC_sk_fullsock;
static struct bpf_sock *(*const bpf_sk_lookup_tcp)(
	void *ctx, struct bpf_sock_tuple *tuple, __u32 size, __u64 netns,
	__u64 flags) = (void *)BPF_FUNC_sk_lookup_tcp;
static struct bpf_sock *(*const bpf_sk_lookup_udp)(
	void *ctx, struct bpf_sock_tuple *tuple, __u32 size, __u64 netns,
	__u64 flags) = (void *)BPF_FUNC_sk_lookup_udp;
static long (*const bpf_sk_release)(struct bpf_sock *sk) =
	(void *)BPF_FUNC_sk_release;
static long (*const bpf_spin_lock)(struct bpf_spin_lock *lock) =
	(void *)BPF_FUNC_spin_lock;
static long (*const bpf_spin_unlock)(struct bpf_spin_lock *lock) =
	(void *)BPF_FUNC_spin_unlock;
static long (*const bpf_skb_load_bytes)(const void *skb, __u32 offset,
					void *to, __u32 size) =
	(void *)BPF_FUNC_skb_load_bytes;
static void *(*const bpf_ringbuf_reserve)(void *ring, __u64 size,
					  __u64 flags) =
	(void *)BPF_FUNC_ringbuf_reserve;
static void (*const bpf_ringbuf_submit)(void *record, __u64 flags) =
	(void *)BPF_FUNC_ringbuf_submit;

/* Reads a field of a kernel struct declared __core. */
#define CORE_READ(to, from)                                                    \
	bpf_probe_read_kernel((to), sizeof(*(to)),                             \
			      __builtin_preserve_access_index(from))

#endif
