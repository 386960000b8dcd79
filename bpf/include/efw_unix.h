/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Rules about unix sockets, and decisions about them.
 */
#ifndef EFW_UNIX_H
#define EFW_UNIX_H

#include "efw_event.h"

/* What sun_path holds, unix(7), and the words that hold that. */
#define EFW_UNIX_TEXT_MAX 108
#define EFW_UNIX_WORDS 15

/* struct efw_unix_rule.kind: one of the first two, with BELOW or not */
#define EFW_UNIX_PATH 1
#define EFW_UNIX_ABSTRACT 2
#define EFW_UNIX_BELOW 4 /* every name that begins with the text */

/*
 * A rule: two lines. The rules of a policy stand one after the other; the first
 * that matches decides.
 *
 * rule     its number
 * verdict  enum efw_verdict
 * length   of the text
 * more     another one follows
 * text     without the zero in front of abstract names; zeroes behind
 */
struct efw_unix_rule {
	__s32 rule;
	__u8 verdict;
	__u8 kind;
	__u8 length;
	__u8 more;
	__u64 text[EFW_UNIX_WORDS];
};
_Static_assert(sizeof(struct efw_unix_rule) == 2 * EFW_LINE_BYTES, "two lines");

/*
 * The address of a unix socket as a program gave it. kind 0: there is none.
 */
struct efw_unix_name {
	__u64 text[EFW_UNIX_WORDS];
	__u32 length;
	__u8 kind;
	__u8 canonical; /* absolute, and no segment empty, "." or ".." */
	__u16 _reserved;
};
_Static_assert(sizeof(struct efw_unix_name) == 128, "mirrored in C#");

/*
 * An event of the stage EFW_STAGE_UNIX. Its destination's address holds a hash
 * of the name; repeats that user space tells itself have nothing else.
 */
struct efw_unix_event {
	struct efw_event event;
	struct efw_unix_name name;
};
_Static_assert(sizeof(struct efw_unix_event) == 200, "mirrored in C#");

#endif
