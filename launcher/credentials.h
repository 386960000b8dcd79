/* SPDX-License-Identifier: MIT */
/* Who the program is, and that it has no privilege left, nor a way to any. */
#ifndef EFW_CREDENTIALS_H
#define EFW_CREDENTIALS_H

#include "options.h"
#include "status.h"

enum {
	CREDENTIALS_BITS = SECBIT_NOROOT | SECBIT_NO_SETUID_FIXUP |
			   SECBIT_NO_CAP_AMBIENT_RAISE,
	/* each with its lock, and keep-caps locked while off */
	CREDENTIALS_SECUREBITS = CREDENTIALS_BITS | CREDENTIALS_BITS << 1 |
				 SECBIT_KEEP_CAPS << 1,
	CREDENTIALS_MAX_CAPABILITIES = 64, /* the width of the kernel's sets */
};

/* The length of the bounding set is asked of the kernel, so that capabilities
 * younger than this program are dropped as well. */
static int credentials_bounding_ends(u32 stage, int capability)
{
	long set = sys_prctl(PR_CAPBSET_READ, (unsigned long)capability, 0);

	return set == -EINVAL && capability > 0 ? 1 : (must(stage, set), 0);
}

static void credentials_lock(void)
{
	unsigned long bits;

	must(EFW_STAGE_NO_NEW_PRIVS, sys_prctl(PR_SET_NO_NEW_PRIVS, 1, 0));
	bits = (unsigned long)must(EFW_STAGE_SECUREBITS,
				   sys_prctl(PR_GET_SECUREBITS, 0, 0));
	must(EFW_STAGE_SECUREBITS,
	     sys_prctl(PR_SET_SECUREBITS,
		       (bits & ~(unsigned long)SECBIT_KEEP_CAPS) |
			       CREDENTIALS_SECUREBITS,
		       0));
	for (int i = 0; i < CREDENTIALS_MAX_CAPABILITIES &&
			!credentials_bounding_ends(EFW_STAGE_BOUNDING_SET, i);
	     i++)
		must(EFW_STAGE_BOUNDING_SET,
		     sys_prctl(PR_CAPBSET_DROP, (unsigned long)i, 0));
	must(EFW_STAGE_AMBIENT_SET,
	     sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0));
}

/* Groups and gid first: after the uid is gone so is the right to change them.
 * (Here capabilities outlive it, as NO_SETUID_FIXUP is set; the order is kept
 * so that it never depends on that.) */
static void credentials_become(const struct options *options)
{
	if (!options->groups)
		return;
	must(EFW_STAGE_GROUPS,
	     SYS(setgroups, options->group_count, options->groups));
	must(EFW_STAGE_GID,
	     SYS(setresgid, options->gid, options->gid, options->gid));
	must(EFW_STAGE_UID,
	     SYS(setresuid, options->uid, options->uid, options->uid));
}

static void credentials_drop(void)
{
	struct cap_header header = {LINUX_CAPABILITY_VERSION_3, 0};
	struct cap_data none[2] = {{0}};

	must(EFW_STAGE_CAPABILITIES, SYS(capset, &header, none));
}

static void credentials_expect(int condition)
{
	must_hold(EFW_STAGE_CREDENTIALS_VERIFY, condition, EPERM);
}

static void credentials_verify_ids(const struct options *options)
{
	u32 real, effective, saved;

	if (!options->groups)
		return;
	must(EFW_STAGE_CREDENTIALS_VERIFY,
	     SYS(getresuid, &real, &effective, &saved));
	credentials_expect(real == options->uid && effective == options->uid &&
			   saved == options->uid);
	must(EFW_STAGE_CREDENTIALS_VERIFY,
	     SYS(getresgid, &real, &effective, &saved));
	credentials_expect(real == options->gid && effective == options->gid &&
			   saved == options->gid);
}

static void credentials_verify(const struct options *options)
{
	struct cap_header header = {LINUX_CAPABILITY_VERSION_3, 0};
	struct cap_data held[2];
	u32 any = 0;

	credentials_verify_ids(options);
	credentials_expect(sys_prctl(PR_GET_NO_NEW_PRIVS, 0, 0) == 1);
	credentials_expect((sys_prctl(PR_GET_SECUREBITS, 0, 0) &
			    (CREDENTIALS_SECUREBITS | SECBIT_KEEP_CAPS)) ==
			   CREDENTIALS_SECUREBITS);
	must(EFW_STAGE_CREDENTIALS_VERIFY, SYS(capget, &header, held));
	for (int i = 0; i < 2; i++)
		any |= held[i].effective | held[i].permitted |
		       held[i].inheritable;
	credentials_expect(!any);
	for (int i = 0;
	     i < CREDENTIALS_MAX_CAPABILITIES &&
	     !credentials_bounding_ends(EFW_STAGE_CREDENTIALS_VERIFY, i);
	     i++) {
		unsigned long number = (unsigned long)i;

		credentials_expect(!sys_prctl(PR_CAPBSET_READ, number, 0));
		credentials_expect(!sys_prctl(PR_CAP_AMBIENT,
					      PR_CAP_AMBIENT_IS_SET, number));
	}
}

#endif
