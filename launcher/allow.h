/* SPDX-License-Identifier: MIT */
/* What the program may do although it leads out: the words of --allow, and what
 * else the steps that confine it agree on. */
#ifndef EFW_ALLOW_H
#define EFW_ALLOW_H

#include "kernel.h"
#include "text.h"

enum {
	ALLOW_IO_URING = 1,
	ALLOW_NAMESPACES = 2,
	ALLOW_PROCESSES = 4,
	ALLOW_ABSTRACT_UNIX = 8,

	ALLOW_SIGNALS = 16,
	ALLOW_FRAMES = 32,
	ALLOW_NETLINK = 64,
	ALLOW_BPF = 128,
	ALLOW_PERF = 256,
	ALLOW_FILE_HANDLES = 512,

	ALLOW_TRACING = 1024, /* nothing outside can be traced: scope.h */
};

/* Whoever keeps a capability wants what it is for. */
static u32 allow_implied(u64 capabilities)
{
	static const struct {
		int capability;
		u32 bits;
	} implied[] = {
		{CAP_DAC_READ_SEARCH, ALLOW_FILE_HANDLES},
		{CAP_KILL, ALLOW_SIGNALS},
		{CAP_NET_ADMIN, ALLOW_NETLINK},
		{CAP_NET_RAW, ALLOW_FRAMES},
		{CAP_SYS_PTRACE, ALLOW_PROCESSES},
		{CAP_SYS_ADMIN, ALLOW_NAMESPACES | ALLOW_BPF | ALLOW_PERF},
		{CAP_PERFMON, ALLOW_PERF},
		{CAP_BPF, ALLOW_BPF},
	};
	u32 bits = 0;

	for (size_t i = 0; i < sizeof(implied) / sizeof(*implied); i++)
		if (capabilities >> implied[i].capability & 1)
			bits |= implied[i].bits;
	return bits;
}

/* The bit of the word at *text, and steps past it; 0 if there is none. */
static u32 allow_word(char **text)
{
	static const struct {
		const char *name;
		u32 bit;
	} words[] = {
		{"io_uring", ALLOW_IO_URING},
		{"namespaces", ALLOW_NAMESPACES},
		{"processes", ALLOW_PROCESSES},
		{"abstract_unix", ALLOW_ABSTRACT_UNIX},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		char *end = text_after(*text, words[i].name);

		if (!end || (*end && *end != ','))
			continue;
		*text = end;
		return words[i].bit;
	}
	return 0;
}

/* Reads the value of --allow. False if it is ill-formed. */
static int allow_parse(char *text, u32 *out)
{
	for (;;) {
		u32 bit = allow_word(&text);

		if (!bit)
			return 0;
		*out |= bit;
		if (!*text)
			return 1;
		text++; /* the comma */
	}
}

#endif
