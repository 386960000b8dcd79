/* SPDX-License-Identifier: MIT */
/* Entry point and system call gate of aarch64. */
#ifndef EFW_SYS_ARCH_H
#define EFW_SYS_ARCH_H

enum {
	NR_getcwd = 17,
	NR_fcntl = 25,
	NR_umount2 = 39,
	NR_mount = 40,
	NR_fstatfs = 44,
	NR_faccessat = 48,
	NR_chdir = 49,
	NR_openat = 56,
	NR_close = 57,
	NR_getdents64 = 61,
	NR_read = 63,
	NR_write = 64,
	NR_capget = 90,
	NR_capset = 91,
	NR_exit_group = 94,
	NR_unshare = 97,
	NR_rt_sigaction = 134,
	NR_rt_sigprocmask = 135,
	NR_setresuid = 147,
	NR_getresuid = 148,
	NR_setresgid = 149,
	NR_getresgid = 150,
	NR_setgroups = 159,
	NR_prctl = 167,
	NR_getpid = 172,
	NR_getppid = 173,
	NR_getsockopt = 209,
	NR_munmap = 215,
	NR_mremap = 216,
	NR_execve = 221,
	NR_mmap = 222,
	NR_statx = 291,
	NR_close_range = 436,
};

/* The sixth argument is always 0: only mmap(2) has one here, its offset. */
static inline long sys_call(long nr, long a, long b, long c, long d, long e)
{
	register long x8 __asm__("x8") = nr;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = 0;

	__asm__ volatile("svc #0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory", "cc");
	return x0;
}

/* The kernel leaves argc, argv, NULL, envp, NULL at the stack pointer. */
__asm__(".globl _start\n"
	"_start:\n"
	"	mov x29, xzr\n"
	"	mov x30, xzr\n"
	"	mov x0, sp\n"
	"	bl efw_start\n"
	"	brk #1\n");

#endif
