/* SPDX-License-Identifier: MIT */
/* The system call filter. It denies what leads out without a capability, or
 * with one that a user namespace gives. What takes a capability of the machine
 * itself (modules, kexec, clocks, swap) is not in it: nobody inside has one,
 * and whoever keeps one wants what it is for. docs/design/launcher.md has the
 * list with the reasons.
 *
 * Where there is a choice the answer is that of a kernel built without the
 * feature, since programs are prepared for that. Other architectures' calls are
 * fatal, for they have other numbers. Calls younger than the table do not
 * exist.
 *
 * The filter looks at arguments in a few calls only. For all others its answer
 * depends on the number alone, and Linux 5.11 and later take it from a bitmap
 * without running the filter; before, it is a binary search. */
#ifndef EFW_FILTER_H
#define EFW_FILTER_H

#include "options.h"
#include "status.h"

#ifdef __x86_64__
#define FILTER_ARCHITECTURE AUDIT_ARCH_X86_64
#else
#define FILTER_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

enum {
	FILTER_LAST_CALL = 469, /* file_setattr, Linux 6.17 */
	FILTER_X32_BIT = 0x40000000,
	FILTER_CAPACITY = 512,
	FILTER_MAX_JUMP = 255,

	FILTER_NAMESPACES = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
			    CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |
			    CLONE_NEWNET,
};

struct filter {
	struct sock_filter code[FILTER_CAPACITY];
	u32 length;
	u32 allow;  /* ALLOW_ bits */
	int notify; /* denials are the listener's to answer */
};

static void filter_emit(struct filter *filter, u16 code, u8 jt, u8 jf, u32 k)
{
	must_hold(EFW_STAGE_FILTER_ASSEMBLY, filter->length < FILTER_CAPACITY,
		  ENOSPC);
	filter->code[filter->length++] = (struct sock_filter){code, jt, jf, k};
}

static void filter_return(struct filter *filter, u32 action)
{
	filter_emit(filter, OP_RETURN, 0, 0, action);
}

/* What the listener answers is the same error; it has the table, too. */
static u32 filter_denial(const struct filter *filter, u32 error)
{
	return filter->notify ? SECCOMP_RET_USER_NOTIF
			      : SECCOMP_RET_ERRNO | error;
}

static void filter_deny(struct filter *filter, u32 error)
{
	filter_return(filter, filter_denial(filter, error));
}

/* Without the listener: for what is asked all the time, by programs that expect
 * to be told no. */
static void filter_deny_quietly(struct filter *filter, u32 error)
{
	filter_return(filter, SECCOMP_RET_ERRNO | error);
}

static void filter_load(struct filter *filter, size_t offset)
{
	filter_emit(filter, OP_LOAD_WORD, 0, 0, (u32)offset);
}

/* The lower half: all arguments that we look at are 32 bits for the kernel. */
static void filter_load_argument(struct filter *filter, u32 index)
{
	filter_load(filter, offsetof(struct seccomp_data, args) + index * 8);
}

static void filter_return_if(struct filter *filter, u32 value, u32 action)
{
	filter_emit(filter, OP_IF_EQUAL, 0, 1, value);
	filter_return(filter, action);
}

static void filter_deny_if(struct filter *filter, u32 value, u32 error)
{
	filter_return_if(filter, value, filter_denial(filter, error));
}

/* socket(family, type, protocol). No hook judges what other families send, and
 * (AF_INET, SOCK_PACKET) is AF_PACKET by another name. */
static void filter_check_socket(struct filter *filter)
{
	int any_netlink = filter->allow & ALLOW_NETLINK;

	filter_load_argument(filter, 0);
	filter_return_if(filter, AF_UNIX, SECCOMP_RET_ALLOW);
	if (any_netlink)
		filter_return_if(filter, AF_NETLINK, SECCOMP_RET_ALLOW);
	if (filter->allow & ALLOW_FRAMES) {
		filter_return_if(filter, AF_PACKET, SECCOMP_RET_ALLOW);
		filter_return_if(filter, AF_XDP, SECCOMP_RET_ALLOW);
		filter_return_if(filter, AF_INET, SECCOMP_RET_ALLOW);
		filter_return_if(filter, AF_INET6, SECCOMP_RET_ALLOW);
	}
	filter_emit(filter, OP_IF_EQUAL, 0, 4, AF_NETLINK);
	filter_load_argument(filter, 2);
	filter_return_if(filter, NETLINK_ROUTE, SECCOMP_RET_ALLOW);
	filter_deny(filter, EPROTONOSUPPORT);
	filter_emit(filter, OP_IF_EQUAL, 2, 0, AF_INET);
	filter_emit(filter, OP_IF_EQUAL, 1, 0, AF_INET6);
	filter_deny(filter, EAFNOSUPPORT);
	filter_load_argument(filter, 1);
	filter_emit(filter, OP_AND, 0, 0, SOCK_TYPE_MASK);
	filter_deny_if(filter, SOCK_RAW, EPERM);
	filter_deny_if(filter, SOCK_PACKET, EPERM);
	filter_return(filter, SECCOMP_RET_ALLOW);
}

static void filter_check_flags(struct filter *filter, u32 forbidden)
{
	filter_load_argument(filter, 0);
	filter_emit(filter, OP_IF_BITS, 0, 1, forbidden);
	filter_deny(filter, EPERM);
	filter_return(filter, SECCOMP_RET_ALLOW);
}

static void filter_check_ioctl(struct filter *filter)
{
	filter_load_argument(filter, 1);
	filter_deny_if(filter, TIOCSTI, EPERM);
	filter_deny_if(filter, TIOCLINUX, EPERM);
	filter_deny_if(filter, VHOST_VSOCK_SET_GUEST_CID, EPERM);
	if (!(filter->allow & ALLOW_NETLINK))
		filter_deny_if(filter, TUNSETIFF, EPERM);
	filter_return(filter, SECCOMP_RET_ALLOW);
}

enum filter_check {
	CHECK_NUMBER,
	CHECK_QUIET,
	CHECK_SOCKET,
	CHECK_CLONE,
	CHECK_UNSHARE,
	CHECK_IOCTL,
};

struct filter_rule {
	u16 number;
	u8 check;
	u8 error;
	u32 unless; /* ALLOW_ bits, any of which takes the rule away */
};

static const struct filter_rule filter_rules[] = {
	{NR_socket, CHECK_SOCKET, 0, 0},
	{NR_socketpair, CHECK_SOCKET, 0, 0},
	{NR_ioctl, CHECK_IOCTL, 0, 0},

	{NR_io_uring_setup, CHECK_NUMBER, ENOSYS, ALLOW_IO_URING},
	{NR_io_uring_enter, CHECK_NUMBER, ENOSYS, ALLOW_IO_URING},
	{NR_io_uring_register, CHECK_NUMBER, ENOSYS, ALLOW_IO_URING},

	{NR_clone, CHECK_CLONE, 0, ALLOW_NAMESPACES},
	{NR_clone3, CHECK_QUIET, ENOSYS, ALLOW_NAMESPACES},
	{NR_unshare, CHECK_UNSHARE, 0, ALLOW_NAMESPACES},
	{NR_setns, CHECK_NUMBER, EPERM, ALLOW_NAMESPACES},
	{NR_mount, CHECK_NUMBER, EPERM, ALLOW_NAMESPACES},
	{NR_umount2, CHECK_NUMBER, EPERM, ALLOW_NAMESPACES},
	{NR_pivot_root, CHECK_NUMBER, EPERM, ALLOW_NAMESPACES},
	{NR_open_tree, CHECK_NUMBER, EPERM, ALLOW_NAMESPACES},
	{NR_open_tree_attr, CHECK_NUMBER, EPERM, ALLOW_NAMESPACES},
	{NR_move_mount, CHECK_NUMBER, EPERM, ALLOW_NAMESPACES},
	{NR_fsopen, CHECK_NUMBER, EPERM, ALLOW_NAMESPACES},
	{NR_fsconfig, CHECK_NUMBER, EPERM, ALLOW_NAMESPACES},
	{NR_fsmount, CHECK_NUMBER, EPERM, ALLOW_NAMESPACES},
	{NR_fspick, CHECK_NUMBER, EPERM, ALLOW_NAMESPACES},
	{NR_mount_setattr, CHECK_NUMBER, EPERM, ALLOW_NAMESPACES},

	{NR_keyctl, CHECK_NUMBER, ENOSYS, 0},
	{NR_add_key, CHECK_NUMBER, ENOSYS, 0},
	{NR_request_key, CHECK_NUMBER, ENOSYS, 0},
	{NR_open_by_handle_at, CHECK_NUMBER, EPERM, ALLOW_FILE_HANDLES},
	{NR_bpf, CHECK_NUMBER, EPERM, ALLOW_BPF},
	{NR_perf_event_open, CHECK_NUMBER, EPERM, ALLOW_PERF},
	{NR_userfaultfd, CHECK_NUMBER, EPERM, ALLOW_PROCESSES},

	{NR_ptrace, CHECK_NUMBER, EPERM, ALLOW_TRACING},
	{NR_process_vm_readv, CHECK_NUMBER, EPERM, ALLOW_TRACING},
	{NR_process_vm_writev, CHECK_NUMBER, EPERM, ALLOW_TRACING},
	{NR_pidfd_getfd, CHECK_NUMBER, EPERM, ALLOW_TRACING},
};

enum { FILTER_RULES = sizeof(filter_rules) / sizeof(*filter_rules) };

/* Every path through a rule ends in a return. */
static void filter_rule(struct filter *filter, const struct filter_rule *rule)
{
	filter_emit(filter, OP_IF_EQUAL, 1, 0, rule->number);
	filter_return(filter, SECCOMP_RET_ALLOW);
	switch ((enum filter_check)rule->check) {
	case CHECK_SOCKET:
		filter_check_socket(filter);
		return;
	case CHECK_CLONE:
		filter_check_flags(filter, FILTER_NAMESPACES);
		return;
	case CHECK_UNSHARE:
		filter_check_flags(filter, FILTER_NAMESPACES | CLONE_NEWTIME);
		return;
	case CHECK_IOCTL:
		filter_check_ioctl(filter);
		return;
	case CHECK_NUMBER:
		filter_deny(filter, rule->error);
		return;
	case CHECK_QUIET:
		filter_deny_quietly(filter, rule->error);
		return;
	}
}

static void filter_search(struct filter *filter,
			  const struct filter_rule *const *rules, u32 count)
{
	u32 half = count / 2;
	u32 at = filter->length;

	if (count == 1) {
		filter_rule(filter, *rules);
		return;
	}
	filter_emit(filter, OP_IF_FROM, 0, 0, rules[half]->number);
	filter_search(filter, rules, half);
	must_hold(EFW_STAGE_FILTER_ASSEMBLY,
		  filter->length - at - 1 <= FILTER_MAX_JUMP, ENOSPC);
	filter->code[at].jt = (u8)(filter->length - at - 1);
	filter_search(filter, rules + half, count - half);
}

/* The rules in force, by number: the order differs between architectures. */
static u32 filter_sort(const struct filter_rule *sorted[FILTER_RULES],
		       u32 allow)
{
	u32 count = 0;

	for (u32 i = 0; i < FILTER_RULES; i++) {
		const struct filter_rule *rule = &filter_rules[i];
		u32 at = count;

		if (rule->unless & allow)
			continue;
		for (; at && sorted[at - 1]->number > rule->number; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = rule;
		count++;
	}
	return count;
}

static void filter_assemble(struct filter *filter)
{
	const struct filter_rule *sorted[FILTER_RULES];
	u32 count = filter_sort(sorted, filter->allow);

	filter_load(filter, offsetof(struct seccomp_data, arch));
	filter_emit(filter, OP_IF_EQUAL, 1, 0, FILTER_ARCHITECTURE);
	filter_return(filter, SECCOMP_RET_KILL_PROCESS);
	filter_load(filter, offsetof(struct seccomp_data, nr));
	filter_emit(filter, OP_IF_ABOVE, 0, 4, FILTER_LAST_CALL);
	/* x32 programs have numbers of their own; -1 is no call of theirs. */
	filter_emit(filter, OP_IF_EQUAL, 2, 0, UINT32_MAX);
	filter_emit(filter, OP_IF_FROM, 0, 1, FILTER_X32_BIT);
	filter_return(filter, SECCOMP_RET_KILL_PROCESS);
	filter_deny_quietly(filter, ENOSYS);
	filter_search(filter, sorted, count);
}

/* Assembles and installs. A listener's number, or 0 without one.
 *
 * SPEC_ALLOW: the filter hides no memory, so the program is as safe from
 * speculation as it is outside, and as fast. */
static long filter_enter(struct filter *filter, int notify)
{
	struct sock_fprog program;
	u32 flags = SECCOMP_FILTER_FLAG_SPEC_ALLOW;

	if (notify)
		flags |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
	filter->length = 0;
	filter->notify = notify;
	filter_assemble(filter);
	program = (struct sock_fprog){(u16)filter->length, filter->code};
	return SYS(seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

/* Where Landlock keeps the program from tracing what is outside, debuggers work
 * inside. Where it does not, the calls go, and /proc/PID/mem is the gap.
 *
 * There can be one listener only: inside a sandbox with one, denials stay
 * untold. */
static void filter_install(const struct options *options, u32 gaps)
{
	static struct filter filter;
	long listener = -EBUSY;

	filter.allow = options->allow;
	if (!(gaps & EFW_GAP_TRACE))
		filter.allow |= ALLOW_TRACING;
	if (options->notify)
		listener = filter_enter(&filter, 1);
	if (listener == -EBUSY)
		listener = filter_enter(&filter, 0);
	must(EFW_STAGE_FILTER, listener);
	if (filter.notify)
		must(EFW_STAGE_STATUS,
		     status_report(EFW_STAGE_LISTENING, (u32)listener));
	/* Without a filter, a bad descriptor. With a listener, this waits until
	 * the starter has it. */
	must_hold(EFW_STAGE_FILTER_VERIFY, SYS(ioctl, -1, TIOCSTI) == -EPERM,
		  EPROTO);
	if (filter.notify)
		sys_close((int)listener);
}

#endif
