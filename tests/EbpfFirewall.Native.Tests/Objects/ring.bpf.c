/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Writes numbered records of varying length; every seventh is discarded. */
#include "bpf_test.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 65536);
} ring SEC(".maps");

__u64 next_number;
__u64 dropped;
const volatile __u64 submit_flags;

struct record {
	__u64 number;
	__u64 payload[2];
};

SEC("cgroup_skb/egress")
int produce(struct __sk_buff *skb)
{
	for (int i = 0; i < 64; i++) {
		struct record *r = bpf_ringbuf_reserve(&ring, sizeof(*r), 0);

		if (!r) {
			dropped++;
			continue;
		}
		r->number = next_number++;
		r->payload[0] = ~r->number;
		r->payload[1] = 0;
		if (r->number % 7 == 6)
			bpf_ringbuf_discard(r, submit_flags);
		else
			bpf_ringbuf_submit(r, submit_flags);
	}
	return 1;
}

__u32 size;
unsigned char payload[70000];

/* One record of any size, even one that can never fit. */
SEC("tc")
int produce_sized(struct __sk_buff *skb)
{
	if (size > sizeof(payload))
		return 1;
	return bpf_ringbuf_output(&ring, payload, size, submit_flags);
}
