// SPDX-License-Identifier: MIT
/* Compiled, never run: holds kernel.h and the system call numbers against the
 * kernel's headers on the build machine, which are those of x86_64. For aarch64
 * it is the numbers that differ, and those are the generic ones. (MNT_DETACH
 * and ST_* are in no kernel header.) Our values are kept in enumerators before
 * the headers bring macros of the same names. */
#define statfs	       efw_statfs
#define statx	       efw_statx
#define linux_dirent64 efw_dirent64
#include "sys.h"
#undef statfs
#undef statx
#undef linux_dirent64

#define CONSTANTS(X)                                                           \
	X(EPERM) X(ENOENT) X(ESRCH) X(EINTR) X(EBADF) X(EACCES) X(ENOTDIR)     \
	X(EISDIR) X(EINVAL) X(ELOOP) X(EPROTO) X(EAFNOSUPPORT)                 \
	X(O_RDONLY) X(O_WRONLY) X(O_RDWR) X(O_NONBLOCK) X(O_CLOEXEC) X(O_PATH) \
	X(AT_FDCWD) X(AT_EMPTY_PATH) X(F_GETFL)                                \
	X(SOL_SOCKET) X(SO_DOMAIN)                                             \
	X(PROT_READ) X(PROT_WRITE)                                             \
	X(MAP_PRIVATE) X(MAP_ANONYMOUS) X(MREMAP_MAYMOVE) X(CLONE_NEWNS)       \
	X(MS_RDONLY) X(MS_NOSUID) X(MS_NODEV) X(MS_NOEXEC) X(MS_REMOUNT)       \
	X(MS_NOSYMFOLLOW) X(MS_BIND) X(MS_REC) X(MS_PRIVATE)                   \
	X(BPF_FS_MAGIC) X(CGROUP_SUPER_MAGIC) X(CGROUP2_SUPER_MAGIC)           \
	X(DEBUGFS_MAGIC) X(NSFS_MAGIC) X(PROC_SUPER_MAGIC) X(TRACEFS_MAGIC)    \
	X(STATX_TYPE) X(STATX_INO)                             \
	X(S_IFMT) X(S_IFSOCK) X(S_IFREG) X(S_IFBLK) X(S_IFDIR) X(S_IFCHR)      \
	X(S_IFIFO)                                                             \
	X(PR_SET_PDEATHSIG) X(PR_SET_DUMPABLE) X(PR_CAPBSET_READ)              \
	X(PR_CAPBSET_DROP) X(PR_GET_SECUREBITS) X(PR_SET_SECUREBITS)           \
	X(PR_SET_NO_NEW_PRIVS) X(PR_GET_NO_NEW_PRIVS) X(PR_CAP_AMBIENT)        \
	X(PR_CAP_AMBIENT_IS_SET) X(PR_CAP_AMBIENT_CLEAR_ALL)                   \
	X(SECBIT_NOROOT) X(SECBIT_NO_SETUID_FIXUP) X(SECBIT_KEEP_CAPS)         \
	X(SECBIT_NO_CAP_AMBIENT_RAISE)                                         \
	X(SIGKILL) X(SIGSTOP) X(SIG_SETMASK)

#define CALLS(X)                                                               \
	X(getcwd) X(fcntl) X(umount2) X(mount) X(fstatfs) X(faccessat)         \
	X(chdir) X(openat) X(close) X(getdents64) X(read) X(write) X(capget)   \
	X(capset) X(exit_group) X(unshare) X(rt_sigaction) X(rt_sigprocmask)   \
	X(setresuid) X(getresuid) X(setresgid) X(getresgid) X(setgroups)       \
	X(prctl) X(getpid) X(getppid) X(getsockopt) X(munmap) X(mremap)        \
	X(execve) X(mmap) X(statx) X(close_range)

#define OURS(name) OUR_##name = name,
enum { CONSTANTS(OURS) };

#ifdef __x86_64__
#include <asm/errno.h>
#include <asm/fcntl.h>
#include <asm/signal.h>
#include <asm/socket.h>
#include <asm/statfs.h>
#include <asm/unistd.h>
#include <linux/fcntl.h>
#include <linux/magic.h>
#include <linux/mman.h>
#include <linux/mount.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/securebits.h>
#include <linux/stat.h>

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
#else
#include <asm/bitsperlong.h>
#undef __BITS_PER_LONG
#define __BITS_PER_LONG 64
#include <asm-generic/unistd.h>
#endif

#define SAME_CALL(name) _Static_assert(NR_##name == __NR_##name, #name);
CALLS(SAME_CALL)
