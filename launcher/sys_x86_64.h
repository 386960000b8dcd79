/* SPDX-License-Identifier: MIT */
/* Entry point and system call gate of x86_64. */
#ifndef EFW_SYS_ARCH_H
#define EFW_SYS_ARCH_H

enum {
	NR_read = 0,
	NR_write = 1,
	NR_close = 3,
	NR_mmap = 9,
	NR_munmap = 11,
	NR_rt_sigaction = 13,
	NR_rt_sigprocmask = 14,
	NR_ioctl = 16,
	NR_mremap = 25,
	NR_getpid = 39,
	NR_socket = 41,
	NR_socketpair = 53,
	NR_getsockopt = 55,
	NR_getpeername = 52,
	NR_clone = 56,
	NR_execve = 59,
	NR_fcntl = 72,
	NR_getcwd = 79,
	NR_chdir = 80,
	NR_ptrace = 101,
	NR_getppid = 110,
	NR_setgroups = 116,
	NR_setresuid = 117,
	NR_getresuid = 118,
	NR_setresgid = 119,
	NR_getresgid = 120,
	NR_capget = 125,
	NR_capset = 126,
	NR_fstatfs = 138,
	NR_pivot_root = 155,
	NR_prctl = 157,
	NR_mount = 165,
	NR_umount2 = 166,
	NR_getdents64 = 217,
	NR_exit_group = 231,
	NR_add_key = 248,
	NR_request_key = 249,
	NR_keyctl = 250,
	NR_openat = 257,
	NR_faccessat = 269,
	NR_unshare = 272,
	NR_perf_event_open = 298,
	NR_open_by_handle_at = 304,
	NR_setns = 308,
	NR_process_vm_readv = 310,
	NR_process_vm_writev = 311,
	NR_seccomp = 317,
	NR_bpf = 321,
	NR_userfaultfd = 323,
	NR_statx = 332,
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
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = 0;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8),
			   "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}

/* The kernel leaves argc, argv, NULL, envp, NULL at the stack pointer. */
__asm__(".globl _start\n"
	"_start:\n"
	"	xorl %ebp, %ebp\n"
	"	movq %rsp, %rdi\n"
	"	andq $-16, %rsp\n"
	"	call efw_start\n"
	"	ud2\n");

#endif
