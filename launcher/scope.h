/* SPDX-License-Identifier: MIT */
/* A Landlock domain: the program and what descends from it may look only at
 * each other. Whoever could trace a process of the same user outside, or take a
 * socket from it, would act from there, where no rule holds. Signals and
 * abstract unix sockets end at its border as well (Linux 6.12).
 *
 * From Linux 7.1 on it closes unix sockets with a path, too, that were made
 * outside and that nothing allows.
 *
 * On Linux 5.19-6.11 a domain that restricts nothing else has the border for
 * tracing only. Older ones would forbid renaming from one directory to another,
 * which no build survives: there the gap is reported. */
#ifndef EFW_SCOPE_H
#define EFW_SCOPE_H

#include "options.h"
#include "status.h"
#include "unixes.h"

enum { SCOPE_ABI_REFER = 2, SCOPE_ABI_SCOPED = 6, SCOPE_ABI_UNIX = 9 };

/* A domain must restrict something: here a right that it then grants below the
 * root, so nothing. Renaming between directories is the one right that every
 * domain over files withholds until it is granted. */
static void scope_grant_refer(int ruleset)
{
	struct landlock_path_beneath_attr rule = {LANDLOCK_ACCESS_FS_REFER, 0};

	rule.parent_fd =
		(int)must(EFW_STAGE_SCOPE, sys_open("/", O_PATH | O_DIRECTORY));
	must(EFW_STAGE_SCOPE, SYS(landlock_add_rule, ruleset,
				  LANDLOCK_RULE_PATH_BENEATH, &rule, 0));
	sys_close(rule.parent_fd);
}

/* Leaves open what the policy allows, and what is not there does not matter. */
static void scope_grant_unix(int ruleset)
{
	struct landlock_path_beneath_attr rule = {
		LANDLOCK_ACCESS_FS_RESOLVE_UNIX, 0};

	for (char *entry = unixes_list; *entry; entry = unixes_next(entry)) {
		long fd = *entry == UNIXES_OPEN ? sys_open(entry + 1, O_PATH)
						: -ENOENT;

		if (fd < 0)
			continue;
		rule.parent_fd = (int)fd;
		must(EFW_STAGE_SCOPE, SYS(landlock_add_rule, ruleset,
					  LANDLOCK_RULE_PATH_BENEATH, &rule,
					  0));
		sys_close((int)fd);
	}
}

/* Enters a domain as strong as this kernel has it, and says which EFW_GAP_ bits
 * are left. A kernel or a container's filter without Landlock is no failure,
 * anything unforeseen is. */
static u32 scope_enter(const struct options *options)
{
	struct landlock_ruleset_attr attr = {0};
	size_t size = sizeof(attr);
	u32 wanted = EFW_GAP_TRACE;
	long abi = SYS(landlock_create_ruleset, NULL, 0,
		       LANDLOCK_CREATE_RULESET_VERSION);
	int ruleset;

	if (options->allow & ALLOW_PROCESSES)
		return 0;
	if (!(options->allow & ALLOW_SIGNALS)) {
		wanted |= EFW_GAP_SIGNAL;
		attr.scoped |= LANDLOCK_SCOPE_SIGNAL;
	}
	if (!(options->allow & ALLOW_ABSTRACT_UNIX)) {
		wanted |= EFW_GAP_ABSTRACT;
		attr.scoped |= LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET;
	}

	if (abi < SCOPE_ABI_SCOPED)
		attr.scoped = 0;
	if (abi >= SCOPE_ABI_UNIX && unixes_list &&
	    !(options->allow & ALLOW_NAMESPACES))
		attr.handled_access_fs = LANDLOCK_ACCESS_FS_REFER |
					 LANDLOCK_ACCESS_FS_RESOLVE_UNIX;
	if (!attr.scoped && !attr.handled_access_fs) {
		/* Such a domain forbids every mount. */
		if (abi < SCOPE_ABI_REFER || options->allow & ALLOW_NAMESPACES)
			return wanted;
		attr.handled_access_fs = LANDLOCK_ACCESS_FS_REFER;
		size = offsetof(struct landlock_ruleset_attr,
				handled_access_net);
	}
	ruleset = (int)must(EFW_STAGE_SCOPE,
			    SYS(landlock_create_ruleset, &attr, size, 0));
	if (attr.handled_access_fs)
		scope_grant_refer(ruleset);
	if (attr.handled_access_fs & LANDLOCK_ACCESS_FS_RESOLVE_UNIX)
		scope_grant_unix(ruleset);
	must(EFW_STAGE_SCOPE, SYS(landlock_restrict_self, ruleset, 0));
	sys_close(ruleset);
	return abi < SCOPE_ABI_SCOPED ? wanted & ~(u32)EFW_GAP_TRACE : 0;
}

#endif
