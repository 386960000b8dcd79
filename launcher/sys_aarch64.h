/* SPDX-License-Identifier: MIT */
/* Entry point and system call gate of aarch64. */
#ifndef EFW_SYS_ARCH_H
#define EFW_SYS_ARCH_H

enum {
	NR_getcwd = 17,
	NR_fcntl = 25,
	NR_ioctl = 29,
	NR_umount2 = 39,
	NR_mount = 40,
	NR_pivot_root = 41,
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
	NR_ptrace = 117,
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
	NR_socket = 198,
	NR_socketpair = 199,
	NR_getsockopt = 209,
	NR_getpeername = 205,
	NR_munmap = 215,
	NR_mremap = 216,
	NR_add_key = 217,
	NR_request_key = 218,
	NR_keyctl = 219,
	NR_clone = 220,
	NR_execve = 221,
	NR_mmap = 222,
	NR_perf_event_open = 241,
	NR_open_by_handle_at = 265,
	NR_setns = 268,
	NR_process_vm_readv = 270,
	NR_process_vm_writev = 271,
	NR_seccomp = 277,
	NR_bpf = 280,
	NR_userfaultfd = 282,
	NR_statx = 291,
	NR_io_uring_setup = 425,
	NR_io_uring_enter = 426,
	NR_io_uring_register = 427,
	NR_open_tree = 428,
	NR_move_mount = 429,
	NR_fsopen = 430,
	NR_fsconfig = 431,
	NR_fsmount = 432,
	NR_fspick = 433,
	NR_clone3 = 435,
	NR_close_range = 436,
	NR_pidfd_getfd = 438,
	NR_mount_setattr = 442,
	NR_landlock_create_ruleset = 444,
	NR_landlock_add_rule = 445,
	NR_landlock_restrict_self = 446,
	NR_open_tree_attr = 467,
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
