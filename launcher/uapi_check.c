// SPDX-License-Identifier: MIT
/* Compiled, never run: holds kernel.h and the system call numbers against the
 * kernel's headers on the build machine, which are those of x86_64. For aarch64
 * it is the numbers that differ, and those are the generic ones. (In none of
 * these headers: MNT_DETACH, ST_*, AF_*, SOCK_*, Landlock's scopes and newer
 * fields, open_tree_attr.) Our values are kept in enumerators before the
 * headers bring macros of the same names. */
#define statfs			   efw_statfs
#define statx			   efw_statx
#define linux_dirent64		   efw_dirent64
#define seccomp_data		   efw_seccomp_data
#define sock_filter		   efw_sock_filter
#define sock_fprog		   efw_sock_fprog
#define landlock_ruleset_attr	   efw_landlock_ruleset_attr
#define landlock_path_beneath_attr efw_landlock_path_beneath_attr
#define LANDLOCK_RULE_PATH_BENEATH efw_LANDLOCK_RULE_PATH_BENEATH
#include "sys.h"
#undef statfs
#undef statx
#undef linux_dirent64
#undef seccomp_data
#undef sock_filter
#undef sock_fprog
#undef landlock_ruleset_attr
#undef landlock_path_beneath_attr
#undef LANDLOCK_RULE_PATH_BENEATH

/* clang-format off */
#define CONSTANTS(X)                                                           \
	X(EPERM) X(ENOENT) X(ESRCH) X(EINTR) X(EBADF) X(EACCES) X(ENOTDIR)     \
	X(EISDIR)                                                              \
	X(EINVAL) X(ENOSPC) X(ENOSYS) X(ELOOP) X(EPROTO) X(EPROTONOSUPPORT)    \
	X(EPROTOTYPE)                                                          \
	X(EAFNOSUPPORT) X(O_RDONLY) X(O_WRONLY) X(O_RDWR) X(O_NONBLOCK)        \
	X(O_CLOEXEC) X(O_PATH) X(AT_FDCWD) X(AT_EMPTY_PATH) X(F_GETFL)         \
	X(SO_TYPE) X(SO_ACCEPTCONN)                                            \
	X(SOL_SOCKET) X(SO_DOMAIN) X(PROT_READ) X(PROT_WRITE) X(MAP_PRIVATE)   \
	X(MAP_ANONYMOUS) X(MREMAP_MAYMOVE) X(CLONE_NEWTIME) X(CLONE_NEWNS)     \
	X(CLONE_NEWCGROUP) X(CLONE_NEWUTS) X(CLONE_NEWIPC) X(CLONE_NEWUSER)    \
	X(CLONE_NEWPID) X(CLONE_NEWNET) X(TIOCSTI) X(TIOCLINUX) X(TUNSETIFF)   \
	X(VHOST_VSOCK_SET_GUEST_CID) X(NETLINK_ROUTE) X(MS_RDONLY)             \
	X(MS_NOSUID) X(MS_NODEV) X(MS_NOEXEC) X(MS_REMOUNT) X(MS_NOSYMFOLLOW)  \
	X(MS_BIND) X(MS_REC) X(MS_PRIVATE) X(BPF_FS_MAGIC)                     \
	X(CGROUP_SUPER_MAGIC) X(CGROUP2_SUPER_MAGIC) X(DEBUGFS_MAGIC)          \
	X(NSFS_MAGIC) X(PROC_SUPER_MAGIC) X(TRACEFS_MAGIC) X(STATX_TYPE)       \
	X(STATX_INO) X(S_IFMT) X(S_IFSOCK) X(S_IFREG) X(S_IFBLK) X(S_IFDIR)    \
	X(S_IFCHR) X(S_IFIFO) X(PR_SET_PDEATHSIG) X(PR_SET_DUMPABLE)           \
	X(PR_CAPBSET_READ) X(PR_CAPBSET_DROP) X(PR_GET_SECUREBITS)             \
	X(PR_SET_SECUREBITS) X(PR_SET_NO_NEW_PRIVS) X(PR_GET_NO_NEW_PRIVS)     \
	X(PR_CAP_AMBIENT) X(PR_CAP_AMBIENT_IS_SET) X(SECBIT_NOROOT)            \
	X(SECBIT_NO_SETUID_FIXUP) X(SECBIT_KEEP_CAPS)                          \
	X(SECBIT_NO_CAP_AMBIENT_RAISE) X(PR_CAP_AMBIENT_RAISE)                 \
	X(PR_CAP_AMBIENT_LOWER) X(CAP_DAC_READ_SEARCH) X(CAP_KILL)             \
	X(CAP_NET_ADMIN) X(CAP_NET_RAW) X(CAP_SYS_PTRACE) X(CAP_SYS_ADMIN)     \
	X(CAP_PERFMON) X(CAP_BPF) X(SECCOMP_SET_MODE_FILTER)                   \
	X(SECCOMP_FILTER_FLAG_SPEC_ALLOW)                                      \
	X(SECCOMP_FILTER_FLAG_NEW_LISTENER) X(SECCOMP_RET_USER_NOTIF)          \
	X(SECCOMP_RET_KILL_PROCESS) X(EBUSY)                                   \
	X(SECCOMP_RET_ERRNO) X(SECCOMP_RET_ALLOW) X(AUDIT_ARCH_X86_64)         \
	X(AUDIT_ARCH_AARCH64) X(SIGKILL) X(SIGSTOP) X(SIG_SETMASK)

#define CALLS(X)                                                               \
	X(getcwd) X(fcntl) X(umount2) X(mount) X(fstatfs) X(faccessat) X(chdir)\
	X(openat) X(close) X(getdents64) X(read) X(write) X(capget) X(capset)  \
	X(exit_group) X(unshare) X(rt_sigaction) X(rt_sigprocmask)             \
	X(setresuid) X(getresuid) X(setresgid) X(getresgid) X(setgroups)       \
	X(prctl) X(getpid) X(getppid) X(getsockopt) X(getpeername) X(munmap) X(mremap)        \
	X(execve) X(mmap) X(statx) X(close_range) X(io_uring_setup)            \
	X(io_uring_enter) X(io_uring_register) X(clone) X(clone3) X(setns)     \
	X(pivot_root) X(open_tree) X(move_mount) X(fsopen) X(fsconfig)         \
	X(fsmount) X(fspick) X(mount_setattr) X(bpf) X(perf_event_open)        \
	X(userfaultfd) X(keyctl) X(add_key) X(request_key)                     \
	X(open_by_handle_at) X(ptrace) X(process_vm_readv)                     \
	X(process_vm_writev) X(pidfd_getfd) X(socket) X(socketpair) X(ioctl)   \
	X(seccomp) X(landlock_create_ruleset) X(landlock_add_rule)             \
	X(landlock_restrict_self)
/* clang-format on */

#define OURS(name) OUR_##name = name,
enum { CONSTANTS(OURS) };

#undef SECCOMP_RET_KILL_PROCESS
#undef SECCOMP_RET_ERRNO
#undef SECCOMP_RET_USER_NOTIF
#undef SECCOMP_RET_ALLOW
#undef AUDIT_ARCH_X86_64
#undef AUDIT_ARCH_AARCH64
#undef LANDLOCK_ACCESS_FS_REFER

#ifdef __x86_64__
#include <asm/errno.h>
#include <asm/fcntl.h>
#include <asm/ioctls.h>
#include <asm/signal.h>
#include <asm/socket.h>
#include <asm/statfs.h>
#include <asm/unistd.h>
#include <linux/audit.h>
#include <linux/bpf_common.h>
#include <linux/capability.h>
#include <linux/fcntl.h>
#include <linux/filter.h>
#include <linux/if_tun.h>
#include <linux/landlock.h>
#include <linux/magic.h>
#include <linux/mman.h>
#include <linux/mount.h>
#include <linux/netlink.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <linux/stat.h>
#include <linux/vhost.h>

#define SAME(name)                                                             \
	_Static_assert((unsigned)OUR_##name == (unsigned)name, #name);
CONSTANTS(SAME)

#define SAME_FIELD(type, field)                                                \
	_Static_assert(offsetof(struct efw_##type, field) ==                   \
			       offsetof(struct type, field),                   \
		       #type "." #field);
SAME_FIELD(statfs, f_type)
SAME_FIELD(statfs, f_flags)
SAME_FIELD(statx, stx_mask)
SAME_FIELD(statx, stx_mode)
SAME_FIELD(statx, stx_ino)
SAME_FIELD(statx, stx_dev_major)
SAME_FIELD(statx, stx_dev_minor)
SAME_FIELD(seccomp_data, arch)
SAME_FIELD(seccomp_data, args)
SAME_FIELD(sock_filter, jf)
SAME_FIELD(sock_filter, k)
SAME_FIELD(sock_fprog, filter)
SAME_FIELD(landlock_ruleset_attr, handled_access_fs)
SAME_FIELD(landlock_path_beneath_attr, parent_fd)

#define SAME_VALUE(ours, theirs) _Static_assert((ours) == (theirs), #ours);
SAME_VALUE(efw_LANDLOCK_RULE_PATH_BENEATH, LANDLOCK_RULE_PATH_BENEATH)
SAME_VALUE(OP_LOAD_WORD, BPF_LD | BPF_W | BPF_ABS)
SAME_VALUE(OP_AND, BPF_ALU | BPF_AND | BPF_K)
SAME_VALUE(OP_IF_EQUAL, BPF_JMP | BPF_JEQ | BPF_K)
SAME_VALUE(OP_IF_ABOVE, BPF_JMP | BPF_JGT | BPF_K)
SAME_VALUE(OP_IF_FROM, BPF_JMP | BPF_JGE | BPF_K)
SAME_VALUE(OP_IF_BITS, BPF_JMP | BPF_JSET | BPF_K)
SAME_VALUE(OP_RETURN, BPF_RET | BPF_K)
#else
#include <asm/bitsperlong.h>
#undef __BITS_PER_LONG
#define __BITS_PER_LONG 64
#define __ARCH_WANT_SYS_CLONE3
#include <asm-generic/unistd.h>
#endif

#define SAME_CALL(name) _Static_assert(NR_##name == __NR_##name, #name);
CALLS(SAME_CALL)
