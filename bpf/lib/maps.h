/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * The maps of one attachment. Every one has a bound; what happens when it is
 * full stands beside it. Entries marked (set) are set by user space before load.
 */
#ifndef EFW_MAPS_H
#define EFW_MAPS_H

#include "../include/bpf_api.h"
#include "../include/efw_event.h"
#include "policy.h"

const volatile struct efw_config efw_config SEC(".rodata") = {};

/* Sockets of the sandbox. No memory: the call is denied. */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
	__type(key, int);
	__type(value, struct efw_socket);
} efw_sockets SEC(".maps");

/* Senders. Full: the call is denied, for it could not be attributed. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct efw_process_key);
	__type(value, struct efw_process);
} efw_processes SEC(".maps");

/* Flows sent to a proxy, by the client's endpoint. Full: the packet is dropped. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct efw_endpoint);
	__type(value, struct efw_redirect);
} efw_redirects SEC(".maps");

/* Decisions that were told. Full: the oldest goes, and may be told again. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, struct efw_report_key);
	__type(value, struct efw_report);
} efw_reports SEC(".maps");

/* Events. Full: the event is dropped and counted; the verdict stands. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} efw_events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, EFW_COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
} efw_counters SEC(".maps");

/*
 * Traffic by what decided about it: EFW_TRAFFIC_REASONS slots for reasons
 * without a rule, then one for each rule (set). A rule without a slot is not
 * counted.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, EFW_TRAFFIC_REASONS);
	__type(key, __u32);
	__type(value, struct efw_traffic);
} efw_traffic SEC(".maps");

static __always_inline void efw_count(__u32 slot)
{
	__u64 *count = bpf_map_lookup_elem(&efw_counters, &slot);

	if (count)
		*count += 1;
}

#endif
