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

#ifdef LARGE
#define SIXTEEN(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(a) X(b) X(c) X(d) X(e) X(f)
#define DECLARE(n) extern char CONFIG_TEXT_##n[65536] __kconfig;
#define READ_FIRST(n) letter += CONFIG_TEXT_##n[0];
__u64 letter;
SIXTEEN(DECLARE)

SEC("tc")
int read_large(struct __sk_buff *skb)
{
	SIXTEEN(READ_FIRST)
	return LINUX_KERNEL_VERSION;
}
#else
__u64 letter;
#endif

__u64 version, hz, tristate, missing = 9;

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
