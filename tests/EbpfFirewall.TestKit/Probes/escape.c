// SPDX-License-Identifier: MIT
/* Every way out of a cgroup that needs no capability, one step each. A step is
 * OK when this process, or a child made for the purpose, has left the cgroup.
 */
#include "probe.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static char origin[PATH_MAX];
static const char *mount_point;

/* The cgroup2 line of /proc/self/cgroup: the path below the mount's root. */
static void read_cgroup(char *path, size_t bytes)
{
	char line[PATH_MAX + 8];
	FILE *file = fopen("/proc/self/cgroup", "r");

	snprintf(path, bytes, "?");
	while (file && fgets(line, sizeof(line), file)) {
		if (strncmp(line, "0::", 3) == 0) {
			line[strcspn(line, "\n")] = '\0';
			snprintf(path, bytes, "%s", line + 3);
		}
	}

	if (file)
		fclose(file);
}

/* Below the old cgroup its programs still apply, so that is no escape. */
static bool has_left(void)
{
	char now[PATH_MAX];
	size_t length = strcmp(origin, "/") == 0 ? 0 : strlen(origin);

	read_cgroup(now, sizeof(now));
	return strncmp(now, "/..", 3) == 0 ||
	       strncmp(now, origin, length) != 0 ||
	       (now[length] != '\0' && now[length] != '/');
}

/* 0 when the write was taken and this process is somewhere else now. */
static int write_self(const char *directory, const char *file)
{
	char path[PATH_MAX];
	int fd, error = 0;

	snprintf(path, sizeof(path), "%s/%s", directory, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	if (write(fd, "0", 1) != 1)
		error = errno;
	close(fd);
	return error ? error : has_left() ? 0 : EALREADY;
}

/* clone3 checks the target directory's permissions, not its mount's flags. */
static int clone_into(const char *directory)
{
	struct clone_args args = {.flags = CLONE_INTO_CGROUP,
				  .exit_signal = SIGCHLD};
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int status = 0;
	long child;

	if (fd < 0)
		return errno;
	args.cgroup = (uint64_t)fd;
	child = syscall(SYS_clone3, &args, sizeof(args));
	if (child < 0)
		return errno;
	if (child == 0)
		_exit(has_left() ? 0 : 1);
	waitpid((pid_t)child, &status, 0);
	return status == 0 ? 0 : EALREADY;
}

/* A cgroup2 file system of its own, after unsharing what it may need. */
static int mount_again(int namespaces)
{
	char directory[] = "/tmp/efw-probe-XXXXXX";
	int error;

	if (!mkdtemp(directory))
		return errno;
	if ((namespaces && unshare(namespaces) != 0) ||
	    mount("none", directory, "cgroup2", 0, NULL) != 0) {
		error = errno;
	} else {
		/* A cgroup namespace renames the place we start from. */
		read_cgroup(origin, sizeof(origin));
		error = write_self(directory, "cgroup.procs");
		if (error)
			error = clone_into(directory);
		umount2(directory, MNT_DETACH);
	}

	rmdir(directory);
	return error;
}

static int new_child_cgroup(const char *path)
{
	if (mkdir(path, 0755) != 0)
		return errno;
	return write_self(path, "cgroup.procs");
}

static int make_writable(int namespaces)
{
	if (namespaces && unshare(namespaces) != 0)
		return errno;
	if (mount(NULL, mount_point, NULL, MS_REMOUNT | MS_BIND, NULL) != 0)
		return errno;
	return write_self(mount_point, "cgroup.procs");
}

static int uncover(void)
{
	if (umount2(mount_point, MNT_DETACH) != 0)
		return errno;
	return write_self(mount_point, "cgroup.procs");
}

static int join_mount_namespace(void)
{
	int fd = open("/proc/1/ns/mnt", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return errno;
	if (setns(fd, CLONE_NEWNS) != 0)
		return errno;
	return write_self(mount_point, "cgroup.procs");
}

static int through_init(const char *file)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/proc/1/root%s", mount_point);
	return write_self(path, file);
}

static bool may_administer(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {0};

	syscall(SYS_capget, &header, data);
	return data[0].effective & (1u << CAP_SYS_ADMIN);
}

/* Some attempts change mounts. Where they would succeed they must not reach the
 * machine's own: a process that may mount works in a mount namespace of its
 * own, or not at all. One that may not (a sandbox) stays where it is, so that
 * its attempts are tried on what it really has.
 */
static void keep_to_ourselves(void)
{
	if (!may_administer())
		return;
	if (unshare(CLONE_NEWNS) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
		perror("escape: no mount namespace of its own");
		exit(2);
	}
}

/* Each attempt in a child, so that one cannot spoil the next. */
#define ATTEMPT(name, expression)                                              \
	do {                                                                   \
		int64_t started = probe_now_us();                              \
		int status = 0;                                                \
		pid_t child = fork();                                          \
		if (child == 0)                                                \
			_exit(expression);                                     \
		waitpid(child, &status, 0);                                    \
		escaped |= probe_step(                                         \
			name, WIFEXITED(status) ? WEXITSTATUS(status) : EINTR, \
			started, NULL);                                        \
	} while (0)

/* escape MOUNT: MOUNT is where the test's own namespace has cgroup2. */
int probe_escape(enum probe_family family, int argc, char **argv)
{
	char sibling[PATH_MAX];
	bool escaped = false;

	(void)family;
	if (strcmp(argv[0], "escape") != 0 || argc != 2)
		return -1;

	keep_to_ourselves();
	mount_point = argv[1];
	snprintf(sibling, sizeof(sibling), "%s/efw-probe-%d", mount_point,
		 getpid());
	read_cgroup(origin, sizeof(origin));
	printf("cgroup %s\n", origin);
	ATTEMPT("procs-of-root", write_self(mount_point, "cgroup.procs"));
	ATTEMPT("threads-of-root", write_self(mount_point, "cgroup.threads"));
	ATTEMPT("new-cgroup", new_child_cgroup(sibling));
	rmdir(sibling);
	ATTEMPT("procs-through-init", through_init("cgroup.procs"));
	ATTEMPT("threads-through-init", through_init("cgroup.threads"));
	ATTEMPT("clone3-into-root", clone_into(mount_point));
	ATTEMPT("second-mount", mount_again(0));
	ATTEMPT("second-mount-in-user-namespace",
		mount_again(CLONE_NEWUSER | CLONE_NEWNS));
	ATTEMPT("second-mount-in-cgroup-namespace",
		mount_again(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWCGROUP));
	ATTEMPT("remount-writable", make_writable(0));
	ATTEMPT("remount-writable-in-user-namespace",
		make_writable(CLONE_NEWUSER | CLONE_NEWNS));
	ATTEMPT("uncover", uncover());
	ATTEMPT("mount-namespace-of-init", join_mount_namespace());
	return !escaped;
}
