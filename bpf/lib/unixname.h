/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * The address of a unix socket, as the caller of connect or sendmsg gave it,
 * and the rules about it. Only where the kernel has these hooks (Linux 6.7),
 * so newer helpers are at hand.
 */
#ifndef EFW_UNIXNAME_H
#define EFW_UNIXNAME_H

#include "../include/efw_unix.h"
#include "../include/kernel_types.h"
#include "policy.h"

/* Rules that are asked; user space refuses more of them. */
#define EFW_UNIX_RULES_MAX 1024

#define EFW_SUN_PATH_OFFSET 2 /* in struct sockaddr_un */

static long (*const bpf_loop)(__u32 count, void *callback, void *context,
			      __u64 flags) = (void *)181;

struct efw_unix_spelling {
	const struct efw_unix_name *name;
	__u32 last; /* four characters */
	__u32 wrong;
};

static long efw_unix_spell(__u32 index, void *context)
{
	struct efw_unix_spelling *spelling = context;
	const __u8 *text = (const __u8 *)spelling->name->text;
	__u32 c = '/', last;

	if (index < spelling->name->length && index < EFW_UNIX_TEXT_MAX)
		c = text[index];
	last = spelling->last << 8 | c;
	spelling->last = last;
	spelling->wrong |= (last & 0xffff) == 0x2f2f;
	spelling->wrong |= (last & 0xffffff) == 0x2f2e2f;
	spelling->wrong |= last == 0x2f2e2e2f;
	return 0;
}

/*
 * Walks the segments of a path: absolute, and what stands between two slashes
 * is neither nothing nor "." nor "..". The end counts as a slash.
 */
static __always_inline int
efw_unix_is_canonical(const struct efw_unix_name *name)
{
	struct efw_unix_spelling spelling = {.name = name};

	if (*(const __u8 *)name->text != '/')
		return 0;
	bpf_loop(name->length + 1, efw_unix_spell, &spelling, 0);
	return !spelling.wrong;
}

/* 0: it cannot be read. */
static __always_inline int efw_unix_read(struct bpf_sock_addr *ctx,
					 struct efw_unix_name *name)
{
	/* Helpers see the kernel's own context behind the verifier's. */
	struct bpf_sock_addr_kern *kern = (void *)ctx;
	struct sockaddr_un *address = 0;
	const __u8 *path;
	__u32 bytes = 0;
	__u8 first = 0;
	long length;

	__builtin_memset(name, 0, sizeof(*name));
	if (CORE_READ(&address, &kern->uaddr) ||
	    CORE_READ(&bytes, &kern->uaddrlen))
		return 0;
	if (bytes <= EFW_SUN_PATH_OFFSET)
		return 1; /* no name: the kernel refuses it */
	bytes -= EFW_SUN_PATH_OFFSET;
	path = (const __u8 *)address + EFW_SUN_PATH_OFFSET;
	if (bytes > EFW_UNIX_TEXT_MAX ||
	    bpf_probe_read_kernel(&first, 1, path))
		return 0;

	if (!first) {
		name->kind = EFW_UNIX_ABSTRACT;
		bytes -= 1;
		name->length = bytes;
		EFW_OPAQUE(bytes);
		return !bytes ||
		       (bytes < EFW_UNIX_TEXT_MAX &&
			!bpf_probe_read_kernel(name->text, bytes, path + 1));
	}
	name->kind = EFW_UNIX_PATH;
	bytes += 1;
	EFW_OPAQUE(bytes);
	if (bytes > EFW_UNIX_TEXT_MAX + 1)
		return 0;
	length = bpf_probe_read_kernel_str(name->text, bytes, path);
	if (length <= 1 || length > EFW_UNIX_TEXT_MAX + 1)
		return 0;
	name->length = length - 1;
	name->canonical = efw_unix_is_canonical(name);
	return 1;
}

struct efw_unix_match {
	const struct efw_unix_name *name;
	__u32 line;
	__s32 rule;
	__u8 verdict;
	__u8 matched;
	__u8 broken;
	__u8 denies; /* one of the rules that were asked */
};

/* The bytes of word i that count among the first `length`. */
static __always_inline __u64 efw_unix_mask(__u32 length, __u32 i)
{
	__u32 from = i * sizeof(__u64);

	if (length >= from + sizeof(__u64))
		return ~0ULL;
	return length <= from ? 0 : (1ULL << (length - from) * 8) - 1;
}

/* Global, so that the verifier walks it once. 0: it matches; -1: no such line. */
__noinline int efw_unix_differs(__u32 line, const struct efw_unix_name *name)
{
	const struct efw_unix_rule *rule = efw_line(line);
	const __u64 *rest = efw_line(line + 1);
	__u64 differs = 0, mask;
	__u32 length, i;

	if (!rule || !rest || !name)
		return EFW_BROKEN;
	length = rule->length;
	if (!(rule->kind & EFW_UNIX_BELOW)) {
		differs = length != name->length;
		length = EFW_UNIX_WORDS * sizeof(__u64);
	} else if (name->length <= length) {
		differs = 1;
	}
	differs |= (rule->kind & ~EFW_UNIX_BELOW) != name->kind;
	for (i = 0; i < EFW_UNIX_WORDS; i++) {
		mask = efw_unix_mask(length, i);
		differs |= (name->text[i] ^ (i < 7 ? rule->text[i]
						   : rest[i - 7])) & mask;
	}
	return differs != 0;
}

static long efw_unix_try(__u32 index, void *context)
{
	struct efw_unix_match *match = context;
	const struct efw_unix_rule *rule = efw_line(match->line);
	int differs = efw_unix_differs(match->line, match->name);

	(void)index;
	if (!rule || differs < 0) {
		match->broken = 1;
		return 1;
	}
	match->denies |= rule->verdict == EFW_DENY;
	if (!differs) {
		match->rule = rule->rule;
		match->verdict = rule->verdict;
		match->matched = 1;
		return 1;
	}
	match->line += 2;
	return !rule->more;
}

/* What the rules say: the first that matches. */
static __always_inline int efw_unix_ask(__u32 line, const struct efw_unix_name *name,
				   struct efw_unix_match *match)
{
	match->name = name;
	match->line = line;
	match->rule = -1;
	if (line)
		bpf_loop(EFW_UNIX_RULES_MAX, efw_unix_try, match, 0);
	return 0;
}

#endif
