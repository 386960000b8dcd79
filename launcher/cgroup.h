/* SPDX-License-Identifier: MIT */
/* Joining the cgroup whose programs are the firewall. */
#ifndef EFW_CGROUP_H
#define EFW_CGROUP_H

#include "status.h"

struct cgroup {
	const char *path;
	int dir;
	struct statx identity;
};

/* Reads a cgroup.procs to its end: does it list pid? */
static int cgroup_lists(int procs, u32 pid)
{
	char buffer[1024];
	u64 number = 0;
	int found = 0;
	long size;

	while ((size = must(EFW_STAGE_CGROUP_VERIFY,
			    sys_read(procs, buffer, sizeof(buffer)))))
		for (long i = 0; i < size; i++) {
			if (text_is_digit(buffer[i])) {
				number = number * 10 + (u64)(buffer[i] - '0');
				continue;
			}
			found |= number == pid;
			number = 0;
		}
	return found;
}

static int cgroup_is(const struct cgroup *cgroup, const struct statx *st)
{
	return st->stx_ino == cgroup->identity.stx_ino &&
	       st->stx_dev_major == cgroup->identity.stx_dev_major &&
	       st->stx_dev_minor == cgroup->identity.stx_dev_minor;
}

static void cgroup_open(struct cgroup *cgroup, const char *path)
{
	struct statfs fs;

	cgroup->path = path;
	cgroup->dir = (int)must(EFW_STAGE_CGROUP_OPEN,
				sys_open(path, O_PATH | O_DIRECTORY));
	must(EFW_STAGE_CGROUP_OPEN,
	     sys_stat_fd(cgroup->dir, &cgroup->identity));
	must(EFW_STAGE_CGROUP_OPEN, sys_statfs_fd(cgroup->dir, &fs));
	must_hold(EFW_STAGE_CGROUP_OPEN, fs.f_type == CGROUP2_SUPER_MAGIC,
		  EINVAL);
}

/* The kernel's own list for that very directory is the proof of membership; a
 * path in /proc/self/cgroup would be relative to some cgroup namespace. */
static void cgroup_join(const struct cgroup *cgroup)
{
	int procs =
		(int)must(EFW_STAGE_CGROUP_JOIN,
			  sys_openat(cgroup->dir, "cgroup.procs", O_WRONLY));

	must(EFW_STAGE_CGROUP_JOIN, sys_write(procs, "0", 1));
	sys_close(procs);

	procs = (int)must(EFW_STAGE_CGROUP_VERIFY,
			  sys_openat(cgroup->dir, "cgroup.procs", O_RDONLY));
	must_hold(EFW_STAGE_CGROUP_VERIFY,
		  cgroup_lists(procs, (u32)SYS(getpid, 0)), ESRCH);
	sys_close(procs);
}

/* The open directory belongs to the mount namespace that it was opened in; in a
 * new one it takes a look-up to get the copy of it. */
static void cgroup_reopen(struct cgroup *cgroup)
{
	struct statx st;

	sys_close(cgroup->dir);
	cgroup->dir = (int)must(EFW_STAGE_MOUNT_CGROUP,
				sys_open(cgroup->path, O_PATH | O_DIRECTORY));
	must(EFW_STAGE_MOUNT_CGROUP, sys_stat_fd(cgroup->dir, &st));
	must_hold(EFW_STAGE_MOUNT_CGROUP, cgroup_is(cgroup, &st), ESRCH);
}

#endif
