/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * The names of a revision's rules, in lines of the policy's memory
 * (efw_policy.h). A name is found by a hash over its octets from the last to
 * the first, so that one pass meets all its suffixes; the longest that stands
 * in the set decides, and is compared octet by octet.
 */
#ifndef EFW_NAMES_H
#define EFW_NAMES_H

#include "efw_policy.h"

/*
 * The set.
 *
 * seed    of the hash, by chance
 * slots   first line of the slots
 * mask    lines of slots - 1; they are a power of two
 * labels  most labels that a name of the set has; 0: the set is empty
 */
struct efw_names {
	__u64 seed;
	__u32 slots;
	__u32 mask;
	__u32 labels;
	__u32 _reserved[11];
};
_Static_assert(sizeof(struct efw_names) == EFW_LINE_BYTES, "one line");

/*
 * A line of slots: hashes of names, each its own in the set, and the lines
 * where the names stand; line 0: free. A line with a free slot ends a search.
 */
#define EFW_NAME_SLOTS 5
struct efw_name_slots {
	__u64 hash[EFW_NAME_SLOTS];
	__u32 line[EFW_NAME_SLOTS];
	__u32 _reserved;
};
_Static_assert(sizeof(struct efw_name_slots) == EFW_LINE_BYTES, "one line");

/*
 * A name in lower case, without trailing dot; what does not fit here goes on in
 * the lines that follow. Octets past its length are zero.
 *
 * self    class of the name itself
 * below   class of the names below it that have no line of their own
 * length  octets
 */
#define EFW_NAME_WORDS 7
struct efw_name {
	__u16 self;
	__u16 below;
	__u32 length;
	__u64 text[EFW_NAME_WORDS];
};
_Static_assert(sizeof(struct efw_name) == EFW_LINE_BYTES, "one line");

#endif
