/* SPDX-License-Identifier: MIT */
/* What the launcher and the process that starts it agree on. This comment and
 * the enum below are the specification; the C# side mirrors them.
 *
 * Command line (options in any order, each at most once, then "--"):
 *   efw-launcher --status=PATH --parent=PID --cgroup=DIR
 *                [--uid=N --gid=N --groups=A,B,C]
 *                [--capabilities=A,B,C] [--allow=WORD,WORD] [--notify] [--unix=PATH]
 *                -- PROGRAM [ARG...]
 *
 *   PATH    of a pipe, /proc/<pid>/fd/<n>. The starter keeps <n> open until it
 *           has read the first byte, then closes its writing end.
 *   PID     of the starter, as getppid() shows it to the launcher.
 *   DIR     an existing cgroup2 directory, by a path that holds in any mount
 *           namespace (not one through /proc).
 *   N       decimal, below 4294967295. Without --uid, --gid and --groups (all
 *           three or none) the ids stay as they are. "--groups=" means none.
 *           At most EFW_LAUNCHER_MAX_GROUPS.
 *   --capabilities  numbers of those that PROGRAM keeps, in all sets. Without
 *           it: none. The starter must hold them.
 *   --allow what PROGRAM may do although it is a way out. Without it: nothing.
 *           io_uring       rings, which make sockets unseen by the filter
 *           namespaces     new and other namespaces, and mounts in them
 *           processes      to trace and signal processes outside
 *           abstract_unix  to connect to abstract unix sockets bound outside
 *           A capability brings what it is for: SYS_ADMIN namespaces, say.
 *   --notify  the starter answers the calls that the filter denies, and so learns
 *           of them: see LISTENING. Without it: the filter answers by itself.
 *   --unix  PATH of a list, opened as the pipe is: entries of a sign and an
 *           absolute path, each ended by a zero. "-" covers the unix socket
 *           there; "+" keeps open what lies there and below, where the Landlock
 *           domain closes the unix sockets made outside of it. Without it:
 *           neither.
 *   PROGRAM found as execvp(3) does: as it is if it has a slash, else in PATH,
 *           else in /bin:/usr/bin. No shell fallback. ARGs and the environment
 *           pass untouched.
 *
 * On the pipe, in native byte order:
 *   'o'                        it is open (one byte)
 *   then, with --notify, struct efw_launcher_report with the stage LISTENING and
 *                              the number of the filter's listener as its
 *                              value, seccomp_unotify(2). The starter takes it
 *                              (pidfd_getfd(2)) and answers its calls from then
 *                              on, the first of which is the launcher's own
 *                              trial: ioctl(-1, TIOCSTI), EPERM. Left out where
 *                              an outer filter has a listener already
 *   then struct efw_launcher_report, with the stage CONFINED and the EFW_GAP_
 *                              bits as its value: every step before the exec
 *                              is done
 *   then end of file           PROGRAM runs; or the launcher was killed, which
 *                              its wait status tells
 *   A failure is a report of its stage with the errno as its value, in place of
 *   CONFINED or behind it, and end of file: PROGRAM does not run, and nothing
 *   of it ever did. End of file without CONFINED: the launcher was killed.
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

/* What this kernel cannot enforce, though the command line did not allow it:
 *   TRACE     processes outside, of the same user, can be traced: /proc/PID/mem
 *   SIGNAL    and be sent signals
 *   ABSTRACT  Landlock keeps nobody from abstract unix sockets bound outside
 */
#define EFW_GAP_TRACE	 1
#define EFW_GAP_SIGNAL	 2
#define EFW_GAP_ABSTRACT 4

/* In the order in which they happen. A number never changes its meaning, and a
 * retired one is not used again; the gaps are for what comes later.
 *
 * ARGUMENTS          the command line above is not kept
 * STDIO              fd 0-2 must be file, device, pipe or unix socket
 * STATUS             the pipe; seen on stderr only
 * PARENT             the starter is not, or no longer, PID
 * DESCRIPTORS        one could not be closed
 * CGROUP_OPEN        DIR is absent, or not on cgroup2
 * CGROUP_JOIN        cgroup.procs could not be written
 * CGROUP_VERIFY      joined, but not listed as a member
 * MOUNT_NAMESPACE    unshare(2)
 * MOUNT_PRIVATE      making every mount private
 * MOUNT_CGROUP       DIR is another directory in the new namespace
 * MOUNT_TABLE        reading /proc/self/mountinfo
 * MOUNT_VISIT        opening a mount point
 * MOUNT_READ_ONLY    making a mount read-only
 * MOUNT_COVER        covering a mount
 * MOUNT_VERIFY       some mount was left to do after many passes, or DIR is
 *                    still there to be written
 * UNIX               reading the list of unix sockets, or covering one
 * KEEP_CAPABILITIES  raising those of --capabilities; the starter lacks one
 * NO_NEW_PRIVS … UID the step of that name
 * WORKING_DIRECTORY  it is deleted, or its path does not lead to it
 * CAPABILITIES       emptying the capability sets
 * CREDENTIALS_VERIFY some privilege is still there
 * DEATH_SIGNAL       asking to die with the starter
 * ORPHANED           the starter died meanwhile
 * SIGNALS            resetting their dispositions and mask
 * SCOPE              entering a Landlock domain
 * FILTER_ASSEMBLY    the system call filter has an impossible jump
 * FILTER             the kernel refused it
 * FILTER_VERIFY      it is there and does not answer
 * LISTENING          no failure: see above
 * CONFINED           no failure: see above
 * NOT_FOUND          no such PROGRAM
 * NOT_EXECUTABLE     PROGRAM is there, and execve(2) refused it
 */
enum efw_launcher_stage {
	EFW_STAGE_ARGUMENTS = 10,
	EFW_STAGE_STDIO = 11,
	EFW_STAGE_STATUS = 12,
	EFW_STAGE_PARENT = 13,
	EFW_STAGE_DESCRIPTORS = 14,

	EFW_STAGE_CGROUP_OPEN = 20,
	EFW_STAGE_CGROUP_JOIN = 21,
	EFW_STAGE_CGROUP_VERIFY = 22,

	EFW_STAGE_MOUNT_NAMESPACE = 30,
	EFW_STAGE_MOUNT_PRIVATE = 31,
	EFW_STAGE_MOUNT_CGROUP = 32,
	EFW_STAGE_MOUNT_TABLE = 33,
	EFW_STAGE_MOUNT_VISIT = 34,
	EFW_STAGE_MOUNT_READ_ONLY = 35,
	EFW_STAGE_MOUNT_COVER = 36,
	EFW_STAGE_MOUNT_VERIFY = 37,

	EFW_STAGE_UNIX = 38,
	EFW_STAGE_KEEP_CAPABILITIES = 39,
	EFW_STAGE_NO_NEW_PRIVS = 40,
	EFW_STAGE_SECUREBITS = 41,
	EFW_STAGE_BOUNDING_SET = 42,
	EFW_STAGE_AMBIENT_SET = 43,
	EFW_STAGE_GROUPS = 44,
	EFW_STAGE_GID = 45,
	EFW_STAGE_UID = 46,
	EFW_STAGE_WORKING_DIRECTORY = 47,
	EFW_STAGE_CAPABILITIES = 48,
	EFW_STAGE_CREDENTIALS_VERIFY = 49,

	EFW_STAGE_DEATH_SIGNAL = 50,
	EFW_STAGE_ORPHANED = 51,
	EFW_STAGE_SIGNALS = 52,

	EFW_STAGE_SCOPE = 60,
	EFW_STAGE_FILTER_ASSEMBLY = 61,
	EFW_STAGE_FILTER = 62,
	EFW_STAGE_FILTER_VERIFY = 63,
	EFW_STAGE_LISTENING = 68,
	EFW_STAGE_CONFINED = 69,

	EFW_STAGE_NOT_FOUND = 70,
	EFW_STAGE_NOT_EXECUTABLE = 71,
};

struct efw_launcher_report {
	unsigned int stage; /* enum efw_launcher_stage */
	unsigned int value; /* errno(3), or EFW_GAP_ bits */
};
_Static_assert(sizeof(struct efw_launcher_report) == 8,
	       "one write of 8 bytes, atomic on a pipe");

#endif
