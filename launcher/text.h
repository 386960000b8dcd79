/* SPDX-License-Identifier: MIT */
/* Strings, numbers, and the two functions that a compiler may call by itself.
 */
#ifndef EFW_TEXT_H
#define EFW_TEXT_H

#include "kernel.h"

void *memcpy(void *to, const void *from, size_t size)
{
	char *t = to;

	for (const char *f = from; size--;)
		*t++ = *f++;
	return to;
}

void *memset(void *to, int value, size_t size)
{
	for (char *t = to; size--;)
		*t++ = (char)value;
	return to;
}

static size_t text_length(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

/* What follows the prefix in s, or NULL. */
static char *text_after(char *s, const char *prefix)
{
	for (; *prefix; prefix++, s++)
		if (*s != *prefix)
			return NULL;
	return s;
}

static int text_equal(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

/* Is the word one of a comma-separated list? */
static int text_listed(const char *word, const char *list)
{
	size_t n = text_length(word);

	while (*list) {
		size_t i = 0;

		while (i < n && list[i] == word[i])
			i++;
		if (i == n && (!list[i] || list[i] == ','))
			return 1;
		while (*list && *list++ != ',')
			;
	}
	return 0;
}

static int text_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads a decimal number below UINT32_MAX, which no pid, uid or gid can be, and
 * steps past it. False if there is none. */
static int text_number(char **s, u32 *out)
{
	u64 value = 0;

	if (!text_is_digit(**s))
		return 0;
	for (; text_is_digit(**s); (*s)++) {
		value = value * 10 + (u64)(**s - '0');
		if (value >= UINT32_MAX)
			return 0;
	}
	*out = (u32)value;
	return 1;
}

/* Writes value in decimal with a NUL; to has room for 11 bytes. */
static void text_from_number(char *to, u32 value)
{
	char digits[10];
	int n = 0;

	do
		digits[n++] = (char)('0' + value % 10);
	while (value /= 10);
	while (n)
		*to++ = digits[--n];
	*to = 0;
}

#endif
