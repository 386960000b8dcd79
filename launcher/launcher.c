// SPDX-License-Identifier: MIT
/* Turns a freshly forked process into the sandboxed program. launcher_abi.h
 * specifies its command line and what it reports; each header has one concern.
 * Any step that fails ends the process: see must() in status.h. */
#include "launcher_abi.h"
#include "sys.h"
#include "text.h"
#include "status.h"
#include "options.h"
#include "descriptors.h"
#include "cgroup.h"
#include "mounts.h"
#include "unixes.h"
#include "credentials.h"
#include "process.h"
#include "scope.h"
#include "filter.h"
#include "program.h"

static _Noreturn void launch(char **argv, char **envp)
{
	struct options options = {0};
	struct cgroup cgroup;
	u32 gaps;
	int valid = options_parse(argv, &options);

	/* No process of the same uid may look into this one; the exec undoes
	 * it for programs that their user may read. */
	must(EFW_STAGE_ARGUMENTS, sys_prctl(PR_SET_DUMPABLE, 0, 0));

	stdio_fill();
	if (options.status)
		status_open(options.status);
	must_hold(EFW_STAGE_ARGUMENTS, valid, EINVAL);
	for (int fd = 0; fd < STDIO_COUNT; fd++)
		stdio_check(fd);
	must_hold(EFW_STAGE_PARENT, SYS(getppid, 0) == options.parent, ESRCH);
	descriptors_close();

	cgroup_open(&cgroup, options.cgroup);
	cgroup_join(&cgroup); /* from here on the firewall sees us */
	mounts_restrict(&cgroup);
	unixes_restrict(&options);

	credentials_keep(&options);
	credentials_lock(&options);
	credentials_become(&options);
	process_reenter_directory();
	credentials_drop(&options);
	credentials_verify(&options);

	/* A change of ids clears the death signal, so it comes after. */
	process_die_with_parent(options.parent);
	process_reset_signals();

	/* Both need no_new_privs, and the filter denies much of the above. */
	gaps = scope_enter(&options);
	filter_install(&options, gaps);

	must(EFW_STAGE_STATUS, status_report(EFW_STAGE_CONFINED, gaps));
	program_execute(options.command, envp);
}

/* Called by _start with the stack as the kernel left it. */
__attribute__((used)) _Noreturn void efw_start(long *stack)
{
	long argc = stack[0];
	char **argv = (char **)(stack + 1);

	launch(argv, argv + argc + 1);
}
