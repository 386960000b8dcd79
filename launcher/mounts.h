/* SPDX-License-Identifier: MIT */
/* What the program sees mounted. File systems that steer the kernel for the
 * whole machine would lead out of the cgroup, even for a uid 0 without
 * capabilities, since it owns their files:
 *
 *   cgroup2              shows nothing but the own cgroup, read-only. For that
 *                        uid 0 read-only is not enough: clone3(2) with
 *                        CLONE_INTO_CGROUP wants a directory, opened in any
 *                        way. The own one remains, because runtimes read their
 *                        memory and CPU limits there.
 *   cgroup               read-only: moving oneself to another cgroup
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

#include "cgroup.h"
#include "mountinfo.h"

#define MOUNTS_READ_ONLY                                                       \
	"cgroup,sysfs,configfs,securityfs,efivarfs,pstore,binfmt_"             \
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

/* The id of the mount that fd is in, as the mount table counts them, from
 * "mnt_id:" of proc_pid_fdinfo(5). */
static u32 mounts_id(int fd)
{
	char text[512] = "/proc/self/fdinfo/";
	int info;
	char *at = text;
	char *value = NULL;
	u32 id = 0;

	text_from_number(text + text_length(text), (u32)fd);
	info = (int)must(EFW_STAGE_MOUNT_VISIT, sys_open(text, O_RDONLY));
	text[must(EFW_STAGE_MOUNT_VISIT,
		  sys_read(info, text, sizeof(text) - 1))] = 0;
	sys_close(info);
	while (*at && !(value = text_after(at, "mnt_id:\t"))) {
		while (*at && *at++ != '\n')
			;
	}
	must_hold(EFW_STAGE_MOUNT_VISIT, value && text_number(&value, &id),
		  EPROTO);
	return id;
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
static int mounts_detach_file(int fd, const struct statx *st)
{
	char path[FD_PATH_SIZE];

	if ((st->stx_mode & S_IFMT) == S_IFDIR)
		return 0;
	must(EFW_STAGE_MOUNT_COVER,
	     SYS(umount2, fd_path(path, fd), MNT_DETACH));
	return 1;
}

static void mounts_cover(int fd)
{
	char path[FD_PATH_SIZE];

	must(EFW_STAGE_MOUNT_COVER,
	     sys_mount("efw", fd_path(path, fd), "tmpfs",
		       MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
		       "size=4k,nr_inodes=1,mode=555"));
}

static void mounts_bind(int from, int to)
{
	char source[FD_PATH_SIZE], target[FD_PATH_SIZE];

	must(EFW_STAGE_MOUNT_COVER,
	     sys_mount(fd_path(source, from), fd_path(target, to), NULL,
		       MS_BIND, NULL));
}

/* Gives writable parts of proc a mount of their own, which a later pass makes
 * read-only. True if there was one. */
static int mounts_split_proc(const struct mount_entry *entry, int proc)
{
	int changed = 0;

	for (size_t i = 0;
	     i < sizeof(mounts_proc_parts) / sizeof(*mounts_proc_parts); i++) {
		long fd = sys_openat(proc, mounts_proc_parts[i],
				     O_PATH | O_NOFOLLOW);

		if (fd == -ENOENT)
			continue;
		must(EFW_STAGE_MOUNT_VISIT, fd);
		if (mounts_id((int)fd) == entry->id) {
			mounts_bind((int)fd, (int)fd);
			changed = 1;
		}
		sys_close((int)fd);
	}
	return changed;
}

enum mounts_rule {
	RULE_NONE,
	RULE_READ_ONLY,
	RULE_COVER,
	RULE_SPLIT,
	RULE_CGROUP,
};

static enum mounts_rule mounts_rule_for(const struct mount_entry *entry)
{
	int read_only = text_listed("ro", entry->options);

	if (text_listed(entry->type, MOUNTS_COVERED))
		return RULE_COVER;
	if (text_equal(entry->type, "cgroup2"))
		return RULE_CGROUP;
	if (text_equal(entry->type, "proc") && text_equal(entry->root, "/"))
		return read_only ? RULE_NONE : RULE_SPLIT;
	if (text_equal(entry->type, "proc") ||
	    text_listed(entry->type, MOUNTS_READ_ONLY))
		return read_only ? RULE_NONE : RULE_READ_ONLY;
	return RULE_NONE;
}

/* Applies a rule to the mount whose root is fd. False if it already holds. */
static int mounts_apply(enum mounts_rule rule, const struct mount_entry *entry,
			int fd, const struct statx *st,
			const struct cgroup *own)
{
	switch (rule) {
	case RULE_NONE:
		return 0;
	case RULE_READ_ONLY:
		mounts_make_read_only(fd);
		return 1;
	case RULE_COVER:
		if (!mounts_detach_file(fd, st))
			mounts_cover(fd);
		return 1;
	case RULE_SPLIT:
		return mounts_split_proc(entry, fd);
	case RULE_CGROUP:
		if (mounts_detach_file(fd, st))
			return 1;
		if (!cgroup_is(own, st))
			mounts_bind(own->dir, fd); /* a later pass: read-only */
		else if (!text_listed("ro", entry->options))
			mounts_make_read_only(fd);
		else
			return 0;
		return 1;
	}
	return 0;
}

static int mounts_visit(const struct mount_entry *entry,
			const struct cgroup *own)
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
	must(EFW_STAGE_MOUNT_VISIT, sys_stat_fd((int)fd, &st));
	if (mounts_id((int)fd) == entry->id)
		changed = mounts_apply(rule, entry, (int)fd, &st, own);
	sys_close((int)fd);
	return changed;
}

static int mounts_pass(const struct cgroup *own)
{
	struct mount_table table;
	struct mount_entry entry;
	int changed = 0;

	mount_table_read(&table);
	while (mount_table_next(&table, &entry))
		changed |= mounts_visit(&entry, own);
	mount_table_free(&table);
	return changed;
}

/* Beside the table, a look from where we came: the path that the cgroup was
 * joined through leads nowhere by now, or to something read-only. */
static void mounts_verify(const struct cgroup *own)
{
	struct statfs fs;
	long fd = sys_open(own->path, O_PATH);

	if (fd == -ENOENT)
		return;
	must(EFW_STAGE_MOUNT_VERIFY, fd);
	must(EFW_STAGE_MOUNT_VERIFY, sys_statfs_fd((int)fd, &fs));
	must_hold(EFW_STAGE_MOUNT_VERIFY, !!(fs.f_flags & ST_RDONLY), EPERM);
	sys_close((int)fd);
}

static void mounts_restrict(struct cgroup *own)
{
	must(EFW_STAGE_MOUNT_NAMESPACE, SYS(unshare, CLONE_NEWNS));
	/* Private, not slave: a mount made later outside must not appear. */
	must(EFW_STAGE_MOUNT_PRIVATE,
	     sys_mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	cgroup_reopen(own);
	for (int pass = 0; mounts_pass(own); pass++)
		must_hold(EFW_STAGE_MOUNT_VERIFY, pass < MOUNTS_MAX_PASSES,
			  ELOOP);
	sys_close(own->dir);
	mounts_verify(own);
}

#endif
