/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Every type of configuration value, weak ones that no kernel has among them. */
#include "bpf_test.h"

#define __kconfig __attribute__((section(".kconfig")))
#define __weak __attribute__((weak))

enum libbpf_tristate { TRI_NO = 0, TRI_YES = 1, TRI_MODULE = 2 };

extern int LINUX_KERNEL_VERSION __kconfig;
extern _Bool LINUX_HAS_BPF_COOKIE __kconfig __weak;
extern _Bool LINUX_HAS_SYSCALL_WRAPPER __kconfig __weak;
extern unsigned long long CONFIG_HZ __kconfig __weak;
extern _Bool CONFIG_BPF_SYSCALL __kconfig;
extern enum libbpf_tristate CONFIG_NET __kconfig;
extern char CONFIG_BPF_JIT __kconfig __weak;
extern char CONFIG_CC_VERSION_TEXT[8] __kconfig __weak;
extern short CONFIG_NO_SUCH_THING __kconfig __weak;

#ifdef WRONG
extern struct { int a; } CONFIG_WRONG __kconfig;
#define WRONG_VALUE CONFIG_WRONG.a
#else
#define WRONG_VALUE 0
#endif

__u64 version, hz, tristate, letter, missing = 9;

SEC("tc")
int read_configuration(struct __sk_buff *skb)
{
	version = LINUX_KERNEL_VERSION;
	hz = CONFIG_HZ;
	tristate = CONFIG_NET;
	letter = CONFIG_BPF_JIT;
	missing = CONFIG_NO_SUCH_THING + LINUX_HAS_BPF_COOKIE + LINUX_HAS_SYSCALL_WRAPPER;
	return WRONG_VALUE + CONFIG_BPF_SYSCALL + CONFIG_CC_VERSION_TEXT[0];
}
