/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Drains records that user space writes. */
#include "bpf_test.h"

struct bpf_dynptr;
static long (*bpf_dynptr_read)(void *dst, __u32 len, const struct bpf_dynptr *src,
			       __u32 offset, __u64 flags) = (void *)201;

struct {
	__uint(type, BPF_MAP_TYPE_USER_RINGBUF);
	__uint(max_entries, 4096);
} requests SEC(".maps");

__u64 sum;

static long take(struct bpf_dynptr *record, void *ctx)
{
	__u64 value = 0;

	bpf_dynptr_read(&value, sizeof(value), record, 0, 0);
	sum += value;
	return 0;
}

SEC("tc")
int drain(struct __sk_buff *skb)
{
	return bpf_user_ringbuf_drain(&requests, take, 0, 0);
}
