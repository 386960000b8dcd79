/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Kernel functions and variables, present and absent. */
#include "bpf_test.h"

#define __ksym __attribute__((section(".ksyms")))
#define __weak __attribute__((weak))

extern void *bpf_rdonly_cast(const void *, __u32) __ksym __weak;
extern void bpf_no_such_function(void) __ksym __weak;
extern const void _stext __ksym;
extern const void no_such_symbol __ksym __weak;

struct bpf_map {
	__u32 id;
	__u32 max_entries;
} CORE;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 77);
	__type(key, __u32);
	__type(value, __u32);
} table SEC(".maps");

__u64 text_address;
__u64 missing_address = 1;
__u64 has_missing = 1;

SEC("tc")
int ask(struct __sk_buff *skb)
{
	struct bpf_map *map;

	text_address = (__u64)&_stext;
	missing_address = (__u64)&no_such_symbol;
	has_missing = 0;
	if (bpf_no_such_function) {
		has_missing = 1;
		bpf_no_such_function();
	}
	map = bpf_rdonly_cast(&table, __builtin_btf_type_id(*(struct bpf_map *)0, 1));
	return map->max_entries;
}
