/* SPDX-License-Identifier: MIT */
/* What the program sees mounted. File systems that steer the kernel for the
 * whole machine would lead out of the cgroup, even for a uid 0 without
 * capabilities, since it owns their files:
 *
 *   cgroup, cgroup2      read-only: moving oneself to another cgroup
 *   sysfs, configfs, …   read-only: uevent_helper, kernel sockets, firmware
 *   /proc/sys and kin    read-only: core_pattern and modprobe run programs
 *                        outside, with every capability
 *   bpf                  covered: unlinking a pin would detach a program
 *   debugfs, tracefs     covered: kernel memory and probes
 *
 * "Covered" is an empty read-only tmpfs on top. In a user namespace these flags
 * and covers are locked (mount_namespaces(7)), and fresh mounts of proc and
 * sysfs are refused, because what is there already is not fully visible.
 *
 * The whole table is walked again until one pass finds nothing left to do; that
 * last pass is the verification. A mount that its own path does not lead to is
 * beneath another one, and out of reach: descriptors are closed, the working
 * directory is entered anew by path, and nobody inside can unmount. */
#ifndef EFW_MOUNTS_H
#define EFW_MOUNTS_H

#include "mountinfo.h"

#define MOUNTS_READ_ONLY                                                       \
	"cgroup,cgroup2,sysfs,configfs,securityfs,efivarfs,pstore,binfmt_"     \
	"misc,nfsd"
#define MOUNTS_COVERED "bpf,debugfs,tracefs"

/* The same entries of proc that container runtimes make read-only. */
static const char *const mounts_proc_parts[] = {
	"sys", "sysrq-trigger", "irq", "bus", "fs", "scsi", "acpi",
};

enum { MOUNTS_MAX_PASSES = 32, FD_PATH_SIZE = 32 };

/* mount(2) takes paths only; this one names exactly what fd refers to. */
static const char *fd_path(char path[FD_PATH_SIZE], int fd)
{
	memcpy(path, "/proc/self/fd/", 15);
	text_from_number(path + 14, (u32)fd);
	return path;
}

/* Opens a path of the mount table; -ENOENT if something is mounted over it. */
static long mounts_open(const char *path)
{
	long fd = sys_open(path, O_PATH | O_NOFOLLOW);

	return fd == -ENOTDIR ? -ENOENT : fd;
}

static u64 mounts_id(int fd, struct statx *st)
{
	must(EFW_STAGE_MOUNT_VISIT, sys_stat_fd(fd, st));
	must_hold(EFW_STAGE_MOUNT_VISIT, st->stx_mask & STATX_MNT_ID, EINVAL);
	return st->stx_mnt_id;
}

/* The flags that a mount has are kept: dropping nosuid would open something,
 * and in a container it is refused. Access-time flags stay by themselves. */
static void mounts_make_read_only(int fd)
{
	char path[FD_PATH_SIZE];
	unsigned long flags = MS_REMOUNT | MS_BIND | MS_RDONLY;
	struct statfs fs;

	must(EFW_STAGE_MOUNT_READ_ONLY, sys_statfs_fd(fd, &fs));
	flags |= (unsigned long)fs.f_flags & (ST_NOSUID | ST_NODEV | ST_NOEXEC);
	if (fs.f_flags & ST_NOSYMFOLLOW)
		flags |= MS_NOSYMFOLLOW;
	must(EFW_STAGE_MOUNT_READ_ONLY,
	     sys_mount(NULL, fd_path(path, fd), NULL, flags, NULL));
}

/* A single file of such a file system, bound somewhere, cannot be covered by a
 * directory; in this namespace it goes away instead. */
static void mounts_cover(int fd, const struct statx *st)
{
	char path[FD_PATH_SIZE];

	fd_path(path, fd);
	if ((st->stx_mode & S_IFMT) == S_IFDIR)
		must(EFW_STAGE_MOUNT_COVER,
		     sys_mount("efw", path, "tmpfs",
			       MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
			       "size=4k,nr_inodes=1,mode=555"));
	else
		must(EFW_STAGE_MOUNT_COVER, SYS(umount2, path, MNT_DETACH));
}

/* Gives writable parts of proc a mount of their own, which a later pass makes
 * read-only. True if there was one. */
static int mounts_split_proc(const struct mount_entry *entry, int proc)
{
	int changed = 0;

	for (size_t i = 0;
	     i < sizeof(mounts_proc_parts) / sizeof(*mounts_proc_parts); i++) {
		char path[FD_PATH_SIZE];
		struct statx st;
		long fd = sys_openat(proc, mounts_proc_parts[i],
				     O_PATH | O_NOFOLLOW);

		if (fd == -ENOENT)
			continue;
		must(EFW_STAGE_MOUNT_VISIT, fd);
		if (mounts_id((int)fd, &st) == entry->id) {
			fd_path(path, (int)fd);
			must(EFW_STAGE_MOUNT_READ_ONLY,
			     sys_mount(path, path, NULL, MS_BIND, NULL));
			changed = 1;
		}
		sys_close((int)fd);
	}
	return changed;
}

enum mounts_rule { RULE_NONE, RULE_READ_ONLY, RULE_COVER, RULE_SPLIT };

static enum mounts_rule mounts_rule_for(const struct mount_entry *entry)
{
	int read_only = text_listed("ro", entry->options);

	if (text_listed(entry->type, MOUNTS_COVERED))
		return RULE_COVER;
	if (text_equal(entry->type, "proc") && text_equal(entry->root, "/"))
		return read_only ? RULE_NONE : RULE_SPLIT;
	if (text_equal(entry->type, "proc") ||
	    text_listed(entry->type, MOUNTS_READ_ONLY))
		return read_only ? RULE_NONE : RULE_READ_ONLY;
	return RULE_NONE;
}

static int mounts_apply(const struct mount_entry *entry)
{
	enum mounts_rule rule = mounts_rule_for(entry);
	struct statx st;
	int changed = 0;
	long fd;

	if (rule == RULE_NONE)
		return 0;
	fd = mounts_open(entry->path);
	if (fd == -ENOENT)
		return 0;
	must(EFW_STAGE_MOUNT_VISIT, fd);
	if (mounts_id((int)fd, &st) == entry->id) {
		changed = 1;
		if (rule == RULE_COVER)
			mounts_cover((int)fd, &st);
		else if (rule == RULE_READ_ONLY)
			mounts_make_read_only((int)fd);
		else
			changed = mounts_split_proc(entry, (int)fd);
	}
	sys_close((int)fd);
	return changed;
}

static int mounts_pass(void)
{
	struct mount_table table;
	struct mount_entry entry;
	int changed = 0;

	mount_table_read(&table);
	while (mount_table_next(&table, &entry))
		changed |= mounts_apply(&entry);
	mount_table_free(&table);
	return changed;
}

static void mounts_restrict(void)
{
	must(EFW_STAGE_MOUNT_NAMESPACE, SYS(unshare, CLONE_NEWNS));
	/* Private, not slave: a mount made later outside must not appear. */
	must(EFW_STAGE_MOUNT_PRIVATE,
	     sys_mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	for (int pass = 0; pass < MOUNTS_MAX_PASSES; pass++)
		if (!mounts_pass())
			return;
	fail(EFW_STAGE_MOUNT_VERIFY, ELOOP);
}

#endif
