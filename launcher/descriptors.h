/* SPDX-License-Identifier: MIT */
/* Open files are a way out: a socket keeps the cgroup that it was created in, a
 * directory leads into the mount namespace that it was opened in. Only standard
 * input, output and error pass, and those only as things that lead nowhere. */
#ifndef EFW_DESCRIPTORS_H
#define EFW_DESCRIPTORS_H

#include "status.h"

enum { STDIO_COUNT = 3, DESCRIPTORS_MAX_PASSES = 8 };

/* Fills closed ones among 0-2 with /dev/null, lest what we open (the status
 * pipe first) gets their numbers and reaches the program. */
static void stdio_fill(void)
{
	long fd;

	do
		fd = must(EFW_STAGE_STDIO,
			  SYS(openat, AT_FDCWD, "/dev/null", O_RDWR));
	while (fd < STDIO_COUNT);
	sys_close((int)fd);
}

static int stdio_socket_option(int fd, int option)
{
	int value = 0;
	u32 size = sizeof(value);

	must(EFW_STAGE_STDIO,
	     SYS(getsockopt, fd, SOL_SOCKET, option, &value, &size));
	return value;
}

/* A socket keeps its cgroup, so internet sockets would pass unseen. Unix ones
 * are common as standard streams (service managers, Node.js) and end locally:
 * those that have a peer for good, or take connections. Others could still be
 * sent to any name, where no hook judges it. */
static void stdio_check_socket(int fd)
{
	u8 peer[128];
	u32 size = sizeof(peer);

	must_hold(EFW_STAGE_STDIO,
		  stdio_socket_option(fd, SO_DOMAIN) == AF_UNIX, EAFNOSUPPORT);
	must_hold(EFW_STAGE_STDIO,
		  stdio_socket_option(fd, SO_TYPE) != SOCK_DGRAM, EPROTOTYPE);
	if (!stdio_socket_option(fd, SO_ACCEPTCONN))
		must(EFW_STAGE_STDIO, SYS(getpeername, fd, peer, &size));
}

static int stdio_file_system_is_safe(long magic)
{
	switch (magic) {
	case BPF_FS_MAGIC:
	case CGROUP_SUPER_MAGIC:
	case CGROUP2_SUPER_MAGIC:
	case DEBUGFS_MAGIC:
	case NSFS_MAGIC:
	case TRACEFS_MAGIC:
		return 0;
	default:
		return 1;
	}
}

static void stdio_check(int fd)
{
	struct statx st;
	struct statfs fs;

	must(EFW_STAGE_STDIO, sys_stat_fd(fd, &st));
	must(EFW_STAGE_STDIO, sys_statfs_fd(fd, &fs));
	must_hold(EFW_STAGE_STDIO, stdio_file_system_is_safe(fs.f_type), EPERM);
	must_hold(EFW_STAGE_STDIO,
		  !(must(EFW_STAGE_STDIO, SYS(fcntl, fd, F_GETFL)) & O_PATH),
		  EBADF);
	switch (st.stx_mode & S_IFMT) {
	case S_IFSOCK:
		stdio_check_socket(fd);
		return;
	case S_IFREG:
	case S_IFCHR:
	case S_IFBLK:
	case S_IFIFO:
		return;
	case S_IFDIR:
		fail(EFW_STAGE_STDIO, EISDIR);
	default: /* namespaces, io_uring, BPF: anonymous inodes have no type */
		fail(EFW_STAGE_STDIO, EINVAL);
	}
}

/* Closes what /proc shows open beyond standard streams, the status pipe and the
 * listing itself. Says how many there were. */
static int descriptors_sweep(void)
{
	_Alignas(struct linux_dirent64) char buffer[2048];
	int dir = (int)must(EFW_STAGE_DESCRIPTORS,
			    sys_open("/proc/self/fd", O_DIRECTORY));
	int closed = 0;
	long size;

	while ((size = must(EFW_STAGE_DESCRIPTORS,
			    SYS(getdents64, dir, buffer, sizeof(buffer))))) {
		for (long at = 0; at < size;) {
			struct linux_dirent64 *entry = (void *)(buffer + at);
			char *name = entry->d_name;
			u32 fd;

			at += entry->d_reclen;
			if (!text_number(&name, &fd) || fd < STDIO_COUNT ||
			    fd == (u32)status_fd || fd == (u32)dir)
				continue;
			sys_close((int)fd);
			closed++;
		}
	}
	sys_close(dir);
	return closed;
}

/* close_range(2) does it all, except in a container whose filter is older than
 * the call; so /proc has the last word either way. */
static void descriptors_close(void)
{
	if (status_fd > STDIO_COUNT)
		SYS(close_range, STDIO_COUNT, status_fd - 1, 0);
	SYS(close_range, status_fd + 1, UINT32_MAX, 0);
	for (int pass = 0; pass < DESCRIPTORS_MAX_PASSES; pass++)
		if (!descriptors_sweep())
			return;
	fail(EFW_STAGE_DESCRIPTORS, EBADF);
}

#endif
