/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* One kernel function declared in several forms, of which at most one is there, and functions that no kernel has. */
#include "bpf_test.h"

#define __ksym __attribute__((section(".ksyms")))
#define __weak __attribute__((weak))

extern void bpf_rcu_read_lock___plain(void) __ksym __weak;
extern int bpf_rcu_read_lock___other(int, void *) __ksym __weak;
extern void bpf_rcu_read_unlock(void) __ksym __weak;
extern void absent_b(void) __ksym __weak;
extern void absent_a(void) __ksym __weak;

SEC("tc")
int program(struct __sk_buff *skb)
{
	if (bpf_rcu_read_lock___other)
		return bpf_rcu_read_lock___other(1, skb);
	if (bpf_rcu_read_lock___plain) {
		bpf_rcu_read_lock___plain();
		bpf_rcu_read_unlock();
		return 5;
	}
	return 0;
}

SEC("tc")
int unreachable(struct __sk_buff *skb)
{
	if (absent_a)
		absent_a();
	if (absent_b)
		absent_b();
	return 0;
}
