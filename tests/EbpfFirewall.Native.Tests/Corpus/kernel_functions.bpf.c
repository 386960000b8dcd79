/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Kernel functions that are there. */
#include "bpf_test.h"

#define __ksym __attribute__((section(".ksyms")))
#define __weak __attribute__((weak))

extern void *bpf_rdonly_cast(const void *, __u32) __ksym __weak;
extern void bpf_rcu_read_lock(void) __ksym __weak;
extern void bpf_rcu_read_unlock(void) __ksym __weak;

SEC("tc")
int program(struct __sk_buff *skb)
{
	if (bpf_rcu_read_lock) {
		bpf_rcu_read_lock();
		bpf_rcu_read_unlock();
	}
	return 0;
}
