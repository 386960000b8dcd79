/* SPDX-License-Identifier: MIT */
/* Joining the cgroup whose programs are the firewall. */
#ifndef EFW_CGROUP_H
#define EFW_CGROUP_H

#include "status.h"

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

/* The kernel's own list for that very directory is the proof of membership; a
 * path in /proc/self/cgroup would be relative to some cgroup namespace. */
static void cgroup_join(const char *path)
{
	struct statfs fs;
	int dir = (int)must(EFW_STAGE_CGROUP_OPEN,
			    sys_open(path, O_PATH | O_DIRECTORY));
	int procs;

	must(EFW_STAGE_CGROUP_OPEN, sys_statfs_fd(dir, &fs));
	must_hold(EFW_STAGE_CGROUP_OPEN, fs.f_type == CGROUP2_SUPER_MAGIC,
		  EINVAL);

	procs = (int)must(EFW_STAGE_CGROUP_JOIN,
			  sys_openat(dir, "cgroup.procs", O_WRONLY));
	must(EFW_STAGE_CGROUP_JOIN, sys_write(procs, "0", 1));
	sys_close(procs);

	procs = (int)must(EFW_STAGE_CGROUP_VERIFY,
			  sys_openat(dir, "cgroup.procs", O_RDONLY));
	must_hold(EFW_STAGE_CGROUP_VERIFY,
		  cgroup_lists(procs, (u32)SYS(getpid, 0)), ESRCH);
	sys_close(procs);
	sys_close(dir);
}

#endif
