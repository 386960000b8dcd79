/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * The maps that all attachments of a firewall share. Every one has a bound, and
 * what one attachment may take of it; what happens beyond stands beside it.
 */
#ifndef EFW_MAPS_H
#define EFW_MAPS_H

#include "../include/bpf_api.h"
#include "../include/efw_event.h"
#include "decide.h"

/* Which attachment a program runs for. Zero until user space says so. */
struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_STORAGE);
	__type(key, __u64);
	__type(value, struct efw_self);
} efw_self SEC(".maps");

/* Sockets of sandboxes. No memory: the call is denied. */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
	__type(key, int);
	__type(value, struct efw_socket);
} efw_sockets SEC(".maps");

/* Senders. Full: the call is denied, for it could not be attributed. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4 * EFW_PROCESSES_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct efw_process_key);
	__type(value, struct efw_process);
} efw_processes SEC(".maps");

/* Flows sent to a proxy, by the client. Full: the packet is dropped. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4 * EFW_REDIRECTS_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct efw_redirect_key);
	__type(value, struct efw_redirect);
} efw_redirects SEC(".maps");

/* What each attachment has taken of the tables above, and of the ring. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, EFW_ATTACHMENTS_MAX + 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct efw_quota);
} efw_quotas SEC(".maps");

/* The bpf_jiffies64() tick until which user space is taken to live. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, __u64);
} efw_pulse SEC(".maps");

/* Decisions that were told. Full: the oldest goes, and may be told again. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct efw_report_key);
	__type(value, struct efw_report);
} efw_reports SEC(".maps");

/* Events. Full: the event is dropped and counted; the verdict stands. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 22);
} efw_events SEC(".maps");

/* Of the attachment that the hook runs for, in programs that all share. */
static __always_inline __u32 efw_own_number(void)
{
	const struct efw_self *self = bpf_get_local_storage(&efw_self, 0);

	return self->number;
}

static __always_inline struct efw_quota *efw_quota_of(__u32 number)
{
	return bpf_map_lookup_elem(&efw_quotas, &number);
}

#endif
