/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * What the rules say about a name (include/efw_names.h): exact before longer
 * suffix before shorter, at label boundaries. A look-up costs one step an octet
 * and one line a label, whatever the number of rules.
 *
 * The hash only finds: a name counts when its octets are the same. Two names of
 * a set never share a hash (user space takes another seed), so a name whose
 * hash is there and whose octets differ is a collision with a name outside the
 * set; it is EFW_BROKEN, which is denied. A chosen collision opens nothing.
 */
#ifndef EFW_NAMES_LIB_H
#define EFW_NAMES_LIB_H

#include "../include/efw_names.h"
#include "stream.h"

#define EFW_NAME_MIX 0x9e3779b97f4a7c15ULL

/* 253 octets are at most this many words. */
#define EFW_NAME_WORDS_MAX 32

/* One octet more, from the end of the name on; mirrored in C#. */
static __always_inline __u64 efw_name_hash(__u64 hash, __u8 octet)
{
	hash = (hash ^ octet) * EFW_NAME_MIX;
	return hash ^ hash >> 32;
}

/* The line of the name with a hash, or EFW_NOTHING. */
__noinline int efw_name_line(__u32 slots, __u32 mask, __u64 hash)
{
	for (__u32 i = 0; i < EFW_PROBES; i++) {
		const struct efw_name_slots *line =
			efw_line(slots + (((__u32)(hash >> 32) + i) & mask));

		if (!line)
			return EFW_BROKEN;
#pragma unroll
		for (int k = 0; k < EFW_NAME_SLOTS; k++) {
			if (!line->line[k])
				return EFW_NOTHING;
			if (line->hash[k] == hash)
				return line->line[k];
		}
	}
	return EFW_NOTHING;
}

/* Whether the octets of `name` from `start` on are those of a line. */
static __always_inline int efw_name_equals(const struct efw_inspection *s,
					   __u32 start, __u32 line)
{
	const struct efw_name *name = efw_line(line);
	__u32 length = s->name_length - start;

	if (!name || name->length != length)
		return 0;
	for (__u32 i = 0; i < EFW_NAME_WORDS_MAX && 8 * i < length; i++) {
		const struct efw_line *text = efw_line(line + (i + 1) / 8);
		__u32 rest = length - 8 * i;
		__u64 at = start + 8 * i, word;

		if (!text)
			return 0;
		EFW_OPAQUE(at);
		word = *(const __u64 *)(s->name + (at & 255));
		word ^= *(const __u64 *)(text->w + (i + 1) % 8 * 2);
		if (rest < 8)
			word <<= 64 - 8 * rest;
		if (word)
			return 0;
	}
	return 1;
}

/* Looks for the suffix that starts at an octet. 0 when lines are missing. */
static __always_inline int efw_name_seen(struct efw_name_search *search,
					 const struct efw_names *names,
					 __u64 hash, __u32 start)
{
	int line = efw_name_line(names->slots, names->mask, hash);

	if (line > 0) {
		search->line = line;
		search->start = start;
	}
	return line != EFW_BROKEN;
}

/*
 * The class of the name that was read (name_length is set), from the set at a
 * line. 0: no rule speaks of it; EFW_BROKEN: deny.
 */
static __always_inline int efw_name_class(struct efw_inspection *s,
					  __u32 names_line)
{
	const struct efw_names *names = efw_line(names_line);
	struct efw_name_search *search = &s->search;
	const struct efw_name *name;
	__u32 length = s->name_length;
	__u64 hash;

	if (!names || !length)
		return EFW_BROKEN;
	hash = names->seed;
	search->line = EFW_NOTHING;
	search->start = 0;
	search->labels = names->labels;
	search->left = length;

	for (__u32 i = 0; i < EFW_NAME_MAX; i++) {
		__u64 at;

		EFW_FORGET();
		if (!search->left)
			break;
		search->left--;
		at = search->left & 255;
		hash = efw_name_hash(hash, s->name[at]);
		if (at && s->name[(at - 1) & 255] != '.')
			continue;
		if (!search->labels)
			break;
		search->labels--;
		if (!efw_name_seen(search, names, hash, at))
			return EFW_BROKEN;
	}

	EFW_FORGET();
	if (search->line == EFW_NOTHING)
		return 0;
	name = efw_line(search->line);
	if (!name || !efw_name_equals(s, search->start, search->line))
		return EFW_BROKEN;
	return search->start ? name->below : name->self;
}

#endif
