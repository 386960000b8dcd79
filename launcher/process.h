/* SPDX-License-Identifier: MIT */
/* What else a process inherits: working directory, signals, its parent. */
#ifndef EFW_PROCESS_H
#define EFW_PROCESS_H

#include "status.h"

enum { PATH_MAX = 4096 };

/* The working directory may lie in a mount that is covered by now, or in none
 * of this namespace: entered again by its path, it is what the path shows. Done
 * with the new ids and the old capabilities, so that it works both in a
 * directory closed to that user and in a FUSE mount closed to root. */
static void process_reenter_directory(void)
{
	static char path[PATH_MAX];

	must(EFW_STAGE_WORKING_DIRECTORY, SYS(getcwd, path, sizeof(path)));
	/* "(unreachable)…": not below our root */
	must_hold(EFW_STAGE_WORKING_DIRECTORY, path[0] == '/', ENOENT);
	must(EFW_STAGE_WORKING_DIRECTORY, SYS(chdir, path));
}

static void process_die_with_parent(u32 parent)
{
	must(EFW_STAGE_DEATH_SIGNAL, sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0));
	/* It may have died just before. */
	must_hold(EFW_STAGE_ORPHANED, SYS(getppid, 0) == parent, ESRCH);
}

static void process_reset_signals(void)
{
	struct kernel_sigaction standard = {0};
	u64 none = 0;

	for (int number = 1; number <= NSIG; number++)
		if (number != SIGKILL && number != SIGSTOP)
			must(EFW_STAGE_SIGNALS,
			     SYS(rt_sigaction, number, &standard, NULL,
				 sizeof(u64)));
	must(EFW_STAGE_SIGNALS,
	     SYS(rt_sigprocmask, SIG_SETMASK, &none, NULL, sizeof(none)));
}

#endif
