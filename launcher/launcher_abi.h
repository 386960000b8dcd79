/* SPDX-License-Identifier: MIT */
/* What the launcher and the process that starts it agree on. This comment and
 * the enum below are the specification; the C# side mirrors them.
 *
 * Command line (options in any order, each at most once, then "--"):
 *   efw-launcher --status=PATH --parent=PID --cgroup=DIR
 *                [--uid=N --gid=N --groups=A,B,C] -- PROGRAM [ARG...]
 *
 *   PATH    of a pipe, /proc/<pid>/fd/<n>. The starter keeps <n> open until it
 *           has read the first byte, then closes its writing end.
 *   PID     of the starter, as getppid() shows it to the launcher.
 *   DIR     an existing cgroup2 directory.
 *   N       decimal, below 4294967295. Without --uid, --gid and --groups (all
 *           three or none) the ids stay as they are. "--groups=" means none.
 *           At most EFW_LAUNCHER_MAX_GROUPS.
 *   PROGRAM found as execvp(3) does: as it is if it has a slash, else in PATH,
 *           else in /bin:/usr/bin. No shell fallback. ARGs and the environment
 *           pass untouched.
 *
 * On the pipe, in native byte order:
 *   'o'                        it is open (one byte)
 *   then end of file           PROGRAM runs; or the launcher was killed, which
 *                              its wait status tells
 *   or struct efw_launcher_failure and end of file
 *                              it does not run, and nothing of it ever did
 * A launcher that cannot open the pipe says so on stderr and exits with 125.
 *
 * Exit status after a failure: 127 PROGRAM not found, 126 found but not
 * executable, 125 anything else.
 *
 * The death signal is tied to the *thread* that forked (prctl(2)): the thread
 * that starts a launcher must live as long as the sandboxed process may.
 */
#ifndef EFW_LAUNCHER_ABI_H
#define EFW_LAUNCHER_ABI_H

#define EFW_LAUNCHER_OPENED	'o'
#define EFW_LAUNCHER_MAX_GROUPS 65536

#define EFW_EXIT_FAILED		125
#define EFW_EXIT_NOT_EXECUTABLE 126
#define EFW_EXIT_NOT_FOUND	127

/* In the order in which they happen. A number never changes its meaning, and a
 * retired one is not used again; the gaps are for what comes later. */
enum efw_launcher_stage {
	EFW_STAGE_ARGUMENTS = 10, /* the command line above is not kept */
	EFW_STAGE_STDIO = 11,	  /* fd 0-2: not file, tty, pipe, unix socket */
	EFW_STAGE_STATUS = 12,	  /* the pipe; seen on stderr only */
	EFW_STAGE_PARENT = 13,	  /* the starter is not, or no longer, PID */
	EFW_STAGE_DESCRIPTORS = 14, /* one could not be closed */

	EFW_STAGE_CGROUP_OPEN = 20,   /* DIR: absent, or not cgroup2 */
	EFW_STAGE_CGROUP_JOIN = 21,   /* writing cgroup.procs */
	EFW_STAGE_CGROUP_VERIFY = 22, /* joined, but not a member */

	EFW_STAGE_MOUNT_NAMESPACE = 30, /* unshare */
	EFW_STAGE_MOUNT_PRIVATE = 31,	/* making every mount private */
	EFW_STAGE_MOUNT_TABLE = 32,	/* reading /proc/self/mountinfo */
	EFW_STAGE_MOUNT_VISIT = 33,	/* opening a mount point */
	EFW_STAGE_MOUNT_READ_ONLY = 34, /* making a mount read-only */
	EFW_STAGE_MOUNT_COVER = 35,	/* covering a mount */
	EFW_STAGE_MOUNT_VERIFY = 36,	/* still one left after many passes */

	EFW_STAGE_NO_NEW_PRIVS = 40,
	EFW_STAGE_SECUREBITS = 41,
	EFW_STAGE_BOUNDING_SET = 42,
	EFW_STAGE_AMBIENT_SET = 43,
	EFW_STAGE_GROUPS = 44,
	EFW_STAGE_GID = 45,
	EFW_STAGE_UID = 46,
	EFW_STAGE_WORKING_DIRECTORY =
		47, /* deleted, or not reachable by path */
	EFW_STAGE_CAPABILITIES = 48,
	EFW_STAGE_CREDENTIALS_VERIFY = 49, /* some privilege is still there */

	EFW_STAGE_DEATH_SIGNAL = 50,
	EFW_STAGE_ORPHANED = 51, /* the starter died meanwhile */
	EFW_STAGE_SIGNALS = 52,

	/* 60-69: system call filter */

	EFW_STAGE_NOT_FOUND = 70,
	EFW_STAGE_NOT_EXECUTABLE = 71,
};

struct efw_launcher_failure {
	unsigned int stage; /* enum efw_launcher_stage */
	unsigned int error; /* errno(3) */
};
_Static_assert(sizeof(struct efw_launcher_failure) == 8,
	       "one write of 8 bytes, atomic on a pipe");

#endif
