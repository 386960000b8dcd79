/* SPDX-License-Identifier: MIT */
/* The part of the kernel's interface that the launcher uses, so that it builds
 * for each architecture without that architecture's headers. uapi_check.c holds
 * every line of it against the headers of the build machine. */
#ifndef EFW_KERNEL_H
#define EFW_KERNEL_H

#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

enum {
	EPERM = 1,
	ENOENT = 2,
	ESRCH = 3,
	EINTR = 4,
	EBADF = 9,
	EACCES = 13,
	EBUSY = 16,
	ENOTDIR = 20,
	EISDIR = 21,
	EINVAL = 22,
	ENOSPC = 28,
	ENOSYS = 38,
	ELOOP = 40,
	EPROTO = 71,
	EPROTONOSUPPORT = 93,
	EPROTOTYPE = 91,
	EAFNOSUPPORT = 97,
};

enum {
	O_RDONLY = 0,
	O_WRONLY = 1,
	O_RDWR = 2,
	O_NONBLOCK = 04000,
	O_CLOEXEC = 02000000,
	O_PATH = 010000000,
};

#ifdef __x86_64__
enum { O_DIRECTORY = 0200000, O_NOFOLLOW = 0400000 };
#else
enum { O_DIRECTORY = 040000, O_NOFOLLOW = 0100000 };
#endif

enum { AT_FDCWD = -100, AT_EMPTY_PATH = 0x1000 };

enum { F_GETFL = 3 };

enum { SOL_SOCKET = 1, SO_TYPE = 3, SO_ACCEPTCONN = 30, SO_DOMAIN = 39 };

enum {
	AF_UNIX = 1,
	AF_INET = 2,
	AF_INET6 = 10,
	AF_NETLINK = 16,
	AF_PACKET = 17,
	AF_XDP = 44,
};

/* The other bits of a socket's type are flags. */
enum { SOCK_DGRAM = 2, SOCK_RAW = 3, SOCK_PACKET = 10, SOCK_TYPE_MASK = 0xf };

enum { NETLINK_ROUTE = 0 };

enum { PROT_READ = 1, PROT_WRITE = 2 };
enum { MAP_PRIVATE = 2, MAP_ANONYMOUS = 0x20, MREMAP_MAYMOVE = 1 };

enum {
	CLONE_NEWTIME = 0x00000080, /* of unshare(2) only */
	CLONE_NEWNS = 0x00020000,
	CLONE_NEWCGROUP = 0x02000000,
	CLONE_NEWUTS = 0x04000000,
	CLONE_NEWIPC = 0x08000000,
	CLONE_NEWUSER = 0x10000000,
	CLONE_NEWPID = 0x20000000,
	CLONE_NEWNET = 0x40000000,
};

enum {
	TIOCSTI = 0x5412,
	TIOCLINUX = 0x541c,
	TUNSETIFF = 0x400454ca,
	VHOST_VSOCK_SET_GUEST_CID = 0x4008af60,
};

enum {
	MS_RDONLY = 1,
	MS_NOSUID = 2,
	MS_NODEV = 4,
	MS_NOEXEC = 8,
	MS_REMOUNT = 32,
	MS_NOSYMFOLLOW = 256,
	MS_BIND = 4096,
	MS_REC = 16384,
	MS_PRIVATE = 1 << 18,
	MNT_DETACH = 2,
};

/* statfs(2) f_flags; the first three have the values of their MS_ twins. */
enum {
	ST_NOSUID = 2,
	ST_NODEV = 4,
	ST_NOEXEC = 8,
	ST_RDONLY = 1,
	ST_NOSYMFOLLOW = 0x2000,
};

#define BPF_FS_MAGIC	    0xcafe4a11
#define CGROUP_SUPER_MAGIC  0x27e0eb
#define CGROUP2_SUPER_MAGIC 0x63677270
#define DEBUGFS_MAGIC	    0x64626720
#define NSFS_MAGIC	    0x6e736673
#define PROC_SUPER_MAGIC    0x9fa0
#define TRACEFS_MAGIC	    0x74726163

struct statfs {
	long f_type;
	long f_bsize;
	u64 f_blocks, f_bfree, f_bavail, f_files, f_ffree;
	int f_fsid[2];
	long f_namelen;
	long f_frsize;
	long f_flags;
	long f_spare[4];
};

enum { STATX_TYPE = 1, STATX_INO = 0x100 };

enum {
	S_IFMT = 0170000,
	S_IFSOCK = 0140000,
	S_IFREG = 0100000,
	S_IFBLK = 0060000,
	S_IFDIR = 0040000,
	S_IFCHR = 0020000,
	S_IFIFO = 0010000,
};

struct statx {
	u32 stx_mask;
	u32 stx_blksize;
	u64 stx_attributes;
	u32 stx_nlink, stx_uid, stx_gid;
	u16 stx_mode;
	u16 stx_spare0;
	u64 stx_ino, stx_size, stx_blocks, stx_attributes_mask;
	u64 stx_times[8];
	u32 stx_rdev_major, stx_rdev_minor, stx_dev_major, stx_dev_minor;
	u64 stx_spare[14];
};

struct linux_dirent64 {
	u64 d_ino;
	u64 d_off;
	u16 d_reclen;
	u8 d_type;
	char d_name[];
};

enum {
	PR_SET_PDEATHSIG = 1,
	PR_SET_DUMPABLE = 4,
	PR_CAPBSET_READ = 23,
	PR_CAPBSET_DROP = 24,
	PR_GET_SECUREBITS = 27,
	PR_SET_SECUREBITS = 28,
	PR_SET_NO_NEW_PRIVS = 38,
	PR_GET_NO_NEW_PRIVS = 39,
	PR_CAP_AMBIENT = 47,
	PR_CAP_AMBIENT_IS_SET = 1,
	PR_CAP_AMBIENT_RAISE = 2,
	PR_CAP_AMBIENT_LOWER = 3,
};

/* Each is followed by its lock, one bit higher. */
enum {
	SECBIT_NOROOT = 1 << 0,
	SECBIT_NO_SETUID_FIXUP = 1 << 2,
	SECBIT_KEEP_CAPS = 1 << 4,
	SECBIT_NO_CAP_AMBIENT_RAISE = 1 << 6,
};

#define LINUX_CAPABILITY_VERSION_3 0x20080522

enum {
	CAP_DAC_READ_SEARCH = 2,
	CAP_KILL = 5,
	CAP_NET_ADMIN = 12,
	CAP_NET_RAW = 13,
	CAP_SYS_PTRACE = 19,
	CAP_SYS_ADMIN = 21,
	CAP_PERFMON = 38,
	CAP_BPF = 39,
};

struct cap_header {
	u32 version;
	int pid;
};

struct cap_data {
	u32 effective, permitted, inheritable;
};

enum {
	SECCOMP_SET_MODE_FILTER = 1,
	SECCOMP_FILTER_FLAG_SPEC_ALLOW = 4,
	SECCOMP_FILTER_FLAG_NEW_LISTENER = 8,
};

#define SECCOMP_RET_KILL_PROCESS 0x80000000u
#define SECCOMP_RET_ERRNO	 0x00050000u
#define SECCOMP_RET_USER_NOTIF	 0x7fc00000u
#define SECCOMP_RET_ALLOW	 0x7fff0000u

#define AUDIT_ARCH_X86_64  0xc000003eu
#define AUDIT_ARCH_AARCH64 0xc00000b7u

struct seccomp_data {
	int nr;
	u32 arch;
	u64 instruction_pointer;
	u64 args[6];
};

/* Classic BPF, as far as the filter has use for it. */
enum {
	OP_LOAD_WORD = 0x20, /* BPF_LD | BPF_W | BPF_ABS */
	OP_AND = 0x54,	     /* BPF_ALU | BPF_AND | BPF_K */
	OP_IF_EQUAL = 0x15,  /* BPF_JMP | BPF_JEQ | BPF_K */
	OP_IF_ABOVE = 0x25,  /* BPF_JMP | BPF_JGT | BPF_K */
	OP_IF_FROM = 0x35,   /* BPF_JMP | BPF_JGE | BPF_K */
	OP_IF_BITS = 0x45,   /* BPF_JMP | BPF_JSET | BPF_K */
	OP_RETURN = 0x06,    /* BPF_RET | BPF_K */
};

struct sock_filter {
	u16 code;
	u8 jt, jf;
	u32 k;
};

struct sock_fprog {
	u16 len;
	struct sock_filter *filter;
};

enum { LANDLOCK_CREATE_RULESET_VERSION = 1, LANDLOCK_RULE_PATH_BENEATH = 1 };

#define LANDLOCK_ACCESS_FS_REFER (1ull << 13)
#define LANDLOCK_ACCESS_FS_RESOLVE_UNIX (1ull << 16) /* Linux 7.1 */

enum {
	LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET = 1,
	LANDLOCK_SCOPE_SIGNAL = 2,
};

/* Older kernels take the front of it only. */
struct landlock_ruleset_attr {
	u64 handled_access_fs;
	u64 handled_access_net;
	u64 scoped;
};

struct landlock_path_beneath_attr {
	u64 allowed_access;
	int parent_fd;
} __attribute__((packed));

enum { SIGKILL = 9, SIGSTOP = 19, NSIG = 64, SIG_SETMASK = 2 };

/* All zero is SIG_DFL with an empty mask, which is all we need of it. */
struct kernel_sigaction {
	void *handler;
	unsigned long flags;
	void *restorer;
	u64 mask;
};

_Static_assert(sizeof(long) == 8, "64-bit only");
_Static_assert(sizeof(struct statfs) == 120, "struct statfs of the kernel");
_Static_assert(sizeof(struct statx) == 256, "struct statx of the kernel");
_Static_assert(offsetof(struct linux_dirent64, d_name) == 19, "d_name");
_Static_assert(sizeof(struct seccomp_data) == 64, "seccomp(2)");
_Static_assert(sizeof(struct sock_filter) == 8, "seccomp(2)");
_Static_assert(sizeof(struct sock_fprog) == 16, "seccomp(2)");
_Static_assert(sizeof(struct landlock_path_beneath_attr) == 12, "landlock(7)");
_Static_assert(sizeof(struct kernel_sigaction) == 32, "rt_sigaction(2)");

#endif
