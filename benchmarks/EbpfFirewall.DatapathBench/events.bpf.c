/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Events as the firewall makes them, of its size and with its wake-ups, as
 * fast as the kernel takes them. Read by yardstick.c and by Events.cs.
 */
#include "include/bpf_api.h"
#include "include/efw_event.h"

#define BENCH_EVENTS_A_RUN 4096

static long (*const bpf_loop)(__u32 count, void *function, void *context,
			      __u64 flags) = (void *)BPF_FUNC_loop;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 << 20);
} ring SEC(".maps");

static long bench_emit(__u32 index, void *context)
{
	struct efw_event *event =
		bpf_ringbuf_reserve(&ring, sizeof(*event), 0);

	(void)context;
	if (!event)
		return 0;
	__builtin_memset(event, 0, sizeof(*event));
	event->time_ns = index;
	bpf_ringbuf_submit(event, 0);
	return 0;
}

SEC("tc")
int stream(struct __sk_buff *skb)
{
	(void)skb;
	return bpf_loop(BENCH_EVENTS_A_RUN, bench_emit, 0, 0);
}

char bench_license[] SEC("license") = "Dual MIT/GPL";
