/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * What may stand for a host: labels of letters, digits, hyphens and underscores,
 * 63 octets each, 253 in all (RFC 1123 section 2.1, RFC 1035 section 2.3.4).
 */
#ifndef EFW_HOSTNAME_H
#define EFW_HOSTNAME_H

#include "stream.h"

/* Bits of the legal characters below 64, and from there to 127. */
#define EFW_HOST_LOW 0x03ff600000000000ULL  /* - . 0-9 */
#define EFW_HOST_HIGH 0x07fffffe80000000ULL /* _ a-z */

/* 1 when a < b, both small, without a branch. */
static __always_inline __u64 efw_below(__u64 a, __u64 b)
{
	__u64 difference = a - b;

	EFW_OPAQUE(difference);
	difference >>= 63;
	EFW_OPAQUE(difference);
	return difference;
}

static __always_inline __u8 efw_lower_case(__u8 c)
{
	return c | efw_below((__u8)(c - 'A'), 26) << 5;
}

/* 1 for an octet, in lower case, that a name may have. */
static __always_inline __u64 efw_is_host_octet(__u8 c)
{
	__u64 high = c >> 6 & 1;

	EFW_OPAQUE(high);
	return (EFW_HOST_HIGH * high | EFW_HOST_LOW * (high ^ 1)) >> (c & 63) &
	       ~(c >> 7) & 1;
}

/*
 * Checks the first octets of `name`, brings them into lower case and sets
 * name_length. A trailing dot goes: RFC 6066 section 3 has none, servers that
 * meet one drop it. Returns NAME, ADDRESS (the last label is a number, which no
 * top-level domain is: RFC 3696 section 2) or MALFORMED.
 *
 * There is one branch: of others the verifier would follow each once an octet.
 * The products are no masks, for it makes a branch of those itself (Linux 6.18).
 */
static __always_inline enum efw_inspected
efw_check_name(struct efw_inspection *s, __u32 length)
{
	__u64 bad = 0, number = 1, label = 0;

	if (length && s->name[(length - 1) & 255] == '.')
		length--;
	if (length < 1 || length > EFW_NAME_MAX)
		return EFW_INSPECT_MALFORMED;
	EFW_OPAQUE(length); /* else clang leaves one bound of the loop away */

	for (__u32 i = 0; i < EFW_NAME_MAX && i < length; i++) {
		__u8 c = efw_lower_case(s->name[i]);
		__u64 dot = efw_below(c ^ '.', 1);
		__u64 digit = efw_below((__u8)(c - '0'), 10);

		s->name[i] = c;
		bad |= efw_is_host_octet(c) ^ 1;
		bad |= dot & efw_below(label, 1);
		label = (label + 1) * (dot ^ 1);
		bad |= efw_below(EFW_LABEL_MAX, label);
		number = dot | (number & digit);
	}

	if (bad || !label)
		return EFW_INSPECT_MALFORMED;
	if (number)
		return EFW_INSPECT_ADDRESS;
	s->name_length = length;
	return EFW_INSPECT_NAME;
}

#endif
