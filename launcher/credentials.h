/* SPDX-License-Identifier: MIT */
/* Who the program is, and that no privilege is left but those asked for, nor a
 * way to any. */
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

static int credentials_kept(const struct options *options, int capability)
{
	return (int)(options->capabilities >> capability & 1);
}

static void credentials_set(u32 stage, const struct cap_data sets[2])
{
	struct cap_header header = {LINUX_CAPABILITY_VERSION_3, 0};

	must(stage, SYS(capset, &header, sets));
}

/* Only ambient ones pass an exec where uid 0 counts for nothing, and they must
 * be raised before that is locked. */
static void credentials_keep(const struct options *options)
{
	struct cap_header header = {LINUX_CAPABILITY_VERSION_3, 0};
	struct cap_data sets[2];

	if (!options->capabilities)
		return;
	must(EFW_STAGE_KEEP_CAPABILITIES, SYS(capget, &header, sets));
	for (int i = 0; i < 2; i++)
		sets[i].inheritable = (u32)(options->capabilities >> 32 * i);
	credentials_set(EFW_STAGE_KEEP_CAPABILITIES, sets);
	for (int i = 0; i < CREDENTIALS_MAX_CAPABILITIES; i++)
		if (credentials_kept(options, i))
			must(EFW_STAGE_KEEP_CAPABILITIES,
			     sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE,
				       (unsigned long)i));
}

static void credentials_lock(const struct options *options)
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
	     i++) {
		if (credentials_kept(options, i))
			continue;
		must(EFW_STAGE_BOUNDING_SET,
		     sys_prctl(PR_CAPBSET_DROP, (unsigned long)i, 0));
		must(EFW_STAGE_AMBIENT_SET,
		     sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_LOWER,
			       (unsigned long)i));
	}
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

static void credentials_drop(const struct options *options)
{
	struct cap_data sets[2];

	for (int i = 0; i < 2; i++) {
		u32 kept = (u32)(options->capabilities >> 32 * i);

		sets[i] = (struct cap_data){kept, kept, kept};
	}
	credentials_set(EFW_STAGE_CAPABILITIES, sets);
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

	credentials_verify_ids(options);
	credentials_expect(sys_prctl(PR_GET_NO_NEW_PRIVS, 0, 0) == 1);
	credentials_expect((sys_prctl(PR_GET_SECUREBITS, 0, 0) &
			    (CREDENTIALS_SECUREBITS | SECBIT_KEEP_CAPS)) ==
			   CREDENTIALS_SECUREBITS);
	must(EFW_STAGE_CREDENTIALS_VERIFY, SYS(capget, &header, held));
	for (int i = 0; i < 2; i++) {
		u32 kept = (u32)(options->capabilities >> 32 * i);

		credentials_expect(held[i].effective == kept &&
				   held[i].permitted == kept &&
				   held[i].inheritable == kept);
	}
	for (int i = 0;
	     i < CREDENTIALS_MAX_CAPABILITIES &&
	     !credentials_bounding_ends(EFW_STAGE_CREDENTIALS_VERIFY, i);
	     i++) {
		unsigned long number = (unsigned long)i;
		int kept = credentials_kept(options, i);

		credentials_expect(sys_prctl(PR_CAPBSET_READ, number, 0) ==
				   kept);
		credentials_expect(sys_prctl(PR_CAP_AMBIENT,
					     PR_CAP_AMBIENT_IS_SET,
					     number) == kept);
	}
}

#endif
