/* SPDX-License-Identifier: MIT */
/* The command line. */
#ifndef EFW_OPTIONS_H
#define EFW_OPTIONS_H

#include "allow.h"
#include "launcher_abi.h"
#include "text.h"

struct options {
	const char *status;
	const char *cgroup;
	const char *unixes; /* NULL: unix sockets stay as they are */
	u32 parent;
	u32 uid, gid;
	const u32 *groups; /* NULL: keep all ids */
	u32 group_count;
	u64 capabilities; /* those that are kept, a bit each */
	u32 allow;
	int notify;
	char **command; /* NULL-terminated */
};

static int options_number(char *text, u32 *out)
{
	return text_number(&text, out) && !*text;
}

static int options_groups(char *text, struct options *out)
{
	static u32 groups[EFW_LAUNCHER_MAX_GROUPS];

	out->groups = groups;
	out->group_count = 0;
	if (!*text)
		return 1;
	while (out->group_count < EFW_LAUNCHER_MAX_GROUPS) {
		if (!text_number(&text, &groups[out->group_count++]))
			return 0;
		if (!*text)
			return 1;
		if (*text++ != ',')
			return 0;
	}
	return 0;
}

/* Numbers, not names: the starter knows those. */
static int options_capabilities(char *text, struct options *out)
{
	for (;;) {
		u32 number;

		if (!text_number(&text, &number) || number >= 64)
			return 0;
		out->capabilities |= 1ull << number;
		if (!*text)
			return 1;
		if (*text++ != ',')
			return 0;
	}
}

enum {
	OPTION_STATUS = 1,
	OPTION_PARENT = 2,
	OPTION_CGROUP = 4,
	OPTION_UID = 8,
	OPTION_GID = 16,
	OPTION_GROUPS = 32,
	OPTION_CAPABILITIES = 64,
	OPTION_ALLOW = 128,
	OPTION_NOTIFY = 256,
	OPTION_UNIX = 512,

	OPTIONS_REQUIRED = OPTION_STATUS | OPTION_PARENT | OPTION_CGROUP,
	OPTIONS_IDENTITY = OPTION_UID | OPTION_GID | OPTION_GROUPS,
};

/* The bit of the option that it read, 0 for what is none or is ill-formed. */
static int options_one(char *arg, struct options *out)
{
	char *value;

	if ((value = text_after(arg, "--status="))) {
		out->status = value;
		return *value ? OPTION_STATUS : 0;
	}
	if ((value = text_after(arg, "--parent=")))
		return options_number(value, &out->parent) ? OPTION_PARENT : 0;
	if ((value = text_after(arg, "--cgroup="))) {
		out->cgroup = value;
		return *value ? OPTION_CGROUP : 0;
	}
	if ((value = text_after(arg, "--unix="))) {
		out->unixes = value;
		return *value ? OPTION_UNIX : 0;
	}
	if ((value = text_after(arg, "--uid=")))
		return options_number(value, &out->uid) ? OPTION_UID : 0;
	if ((value = text_after(arg, "--gid=")))
		return options_number(value, &out->gid) ? OPTION_GID : 0;
	if ((value = text_after(arg, "--groups=")))
		return options_groups(value, out) ? OPTION_GROUPS : 0;
	if ((value = text_after(arg, "--capabilities=")))
		return options_capabilities(value, out) ? OPTION_CAPABILITIES
							: 0;
	if ((value = text_after(arg, "--allow=")))
		return allow_parse(value, &out->allow) ? OPTION_ALLOW : 0;
	if (text_equal(arg, "--notify")) {
		out->notify = 1;
		return OPTION_NOTIFY;
	}
	return 0;
}

/* False if the line is not as specified. It is read to its end even then, so
 * that the status pipe can say so. */
static int options_parse(char **argv, struct options *out)
{
	int seen = 0;
	int valid = 1;

	if (!*argv)
		return 0;
	while (*++argv && !text_equal(*argv, "--")) {
		int option = options_one(*argv, out);

		valid &= option && !(seen & option);
		seen |= option;
	}
	if (!*argv || !*++argv)
		return 0;
	out->command = argv;
	out->allow |= allow_implied(out->capabilities);
	return valid && (seen & OPTIONS_REQUIRED) == OPTIONS_REQUIRED &&
	       (!(seen & OPTIONS_IDENTITY) ||
		(seen & OPTIONS_IDENTITY) == OPTIONS_IDENTITY);
}

#endif
