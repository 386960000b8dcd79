/* SPDX-License-Identifier: MIT */
/* System calls as functions. Each returns what the kernel does: a result, or a
 * negated errno. */
#ifndef EFW_SYS_H
#define EFW_SYS_H

#include "kernel.h"

#if defined(__x86_64__)
#include "sys_x86_64.h"
#elif defined(__aarch64__)
#include "sys_aarch64.h"
#else
#error "no system call gate for this architecture"
#endif

#define SYS_PAD(nr, a, b, c, d, e, ...)                                        \
	sys_call(nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e))
#define SYS(name, ...) SYS_PAD(NR_##name, __VA_ARGS__, 0, 0, 0, 0, 0)

static inline long sys_openat(int dir, const char *path, int flags)
{
	return SYS(openat, dir, path, flags | O_CLOEXEC);
}

static inline long sys_open(const char *path, int flags)
{
	return sys_openat(AT_FDCWD, path, flags);
}

static inline void sys_close(int fd)
{
	SYS(close, fd); /* Linux releases the number whatever it answers */
}

/* Restarts after a signal, so that only end of file is 0. */
static inline long sys_read(int fd, void *buffer, size_t size)
{
	long got;

	do
		got = SYS(read, fd, buffer, size);
	while (got == -EINTR);
	return got;
}

/* Short writes count as failures: all of ours are a few bytes. */
static inline long sys_write(int fd, const void *buffer, size_t size)
{
	long put;

	do
		put = SYS(write, fd, buffer, size);
	while (put == -EINTR);
	return put < 0 || (size_t)put == size ? put : -EPROTO;
}

static inline long sys_stat_fd(int fd, struct statx *out)
{
	return SYS(statx, fd, "", AT_EMPTY_PATH, STATX_TYPE | STATX_INO, out);
}

static inline long sys_statfs_fd(int fd, struct statfs *out)
{
	return SYS(fstatfs, fd, out);
}

static inline long sys_mount(const char *source, const char *target,
			     const char *type, unsigned long flags,
			     const char *options)
{
	return SYS(mount, source, target, type, flags, options);
}

static inline long sys_prctl(int option, unsigned long a, unsigned long b)
{
	return SYS(prctl, option, a, b, 0, 0);
}

static inline _Noreturn void sys_exit(int code)
{
	for (;;)
		SYS(exit_group, code);
}

#endif
