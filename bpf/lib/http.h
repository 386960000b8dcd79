/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Reads the head of the first HTTP/1 request of a connection for its host, as
 * an early drop: requests that follow are the proxy's to judge.
 *
 * Stricter than RFC 9112, for the server behind may be laxer: lines end in CR
 * LF, no folding, no space before a colon, no control characters, one Host,
 * which an absolute target must agree with. What does not begin as an HTTP/1
 * request line is another protocol; what fails after it is MALFORMED.
 *
 * A turn of the loop takes one octet; of values and targets eight at a time.
 */
#ifndef EFW_HTTP_H
#define EFW_HTTP_H

#include "hostname.h"

/* Turns of a run; what remains of the segment needs another run. */
#define EFW_HTTP_TURNS 64

#define EFW_METHOD_MAX 32

/* Bits of the octets of a token (RFC 9110 section 5.6.2) below and from 64. */
#define EFW_TOKEN_LOW 0x03ff6cfa00000000ULL
#define EFW_TOKEN_HIGH 0x57ffffffc7fffffeULL

#define EFW_HTTP_SCHEME 0x002f2f3a70747468ULL  /* "http://", first octet low */
#define EFW_HTTP_VERSION 0x002e312f50545448ULL /* "HTTP/1." */
#define EFW_HTTP_LITERAL 7			/* octets of both */
#define EFW_HTTP_HOST 0x686f7374ULL		/* "host" */

/* What the next octet belongs to. */
enum efw_http_step {
	EFW_HTTP_METHOD = 0,
	EFW_HTTP_TARGET = 1,	  /* its first octet */
	EFW_HTTP_SCHEME_OF = 2,	  /* "http://" of an absolute target */
	EFW_HTTP_AUTHORITY = 3,
	EFW_HTTP_PORT = 4,	  /* of the authority */
	EFW_HTTP_PATH = 5,
	EFW_HTTP_ASTERISK = 6,	  /* the space behind it */
	EFW_HTTP_PROTOCOL = 7,	  /* "HTTP/1." */
	EFW_HTTP_MINOR = 8,
	EFW_HTTP_LINE_CR = 9,	  /* CR of the request line */
	EFW_HTTP_LF = 10,	  /* LF of a line */
	EFW_HTTP_LINE = 11,	  /* first octet of a line */
	EFW_HTTP_FIELD = 12,	  /* name of a header */
	EFW_HTTP_VALUE = 13,
	EFW_HTTP_HOST_START = 14, /* spaces in front of the host */
	EFW_HTTP_HOST_NAME = 15,
	EFW_HTTP_HOST_PORT = 16,
	EFW_HTTP_HOST_END = 17,	  /* spaces behind it */
	EFW_HTTP_BRACKET = 18,	  /* an IPv6 address */
	EFW_HTTP_BRACKET_END = 19,
	EFW_HTTP_HEAD_LF = 20,	  /* the last octet */
};

static __always_inline int efw_is_token_octet(__u8 c)
{
	__u64 bits = c & 64 ? EFW_TOKEN_HIGH : EFW_TOKEN_LOW;

	return c < 128 && (bits >> (c & 63) & 1);
}

static __always_inline int efw_is_digit(__u8 c)
{
	return c >= '0' && c <= '9';
}

static __always_inline int efw_is_space(__u8 c)
{
	return c == ' ' || c == '\t';
}

/* Whether one of eight octets is below `least`, or above 126. */
static __always_inline int efw_has_special(__u64 word, __u64 least)
{
	const __u64 ones = 0x0101010101010101ULL, high = ones << 7;

	return (((word - ones * least) & ~word) | (word + ones) | word) & high
		       ? 1
		       : 0;
}

/* One octet more of the host; 0 when it cannot be one. */
static __always_inline int efw_http_host_octet(struct efw_inspection *s, __u8 c)
{
	c = efw_lower_case(c);
	if (!efw_is_host_octet(c))
		return 0;
	if (s->flags & EFW_ABSOLUTE && s->step == EFW_HTTP_HOST_NAME) {
		if (s->left >= s->at ||
		    efw_lower_case(s->name[s->left & 255]) != c)
			return 0;
		s->left++;
		return 1;
	}
	if (s->at > EFW_NAME_MAX)
		return 0;
	s->name[s->at & 255] = c;
	s->at++;
	s->left = s->at;
	return 1;
}

/* One digit more of a port; 0 when it is none. `part` counts the digits. */
static __always_inline int efw_http_port_octet(struct efw_inspection *s, __u8 c)
{
	__u32 port = s->record * 10 + (c - '0');

	if (!efw_is_digit(c) || port > 65535 || s->part >= 5)
		return 0;
	s->record = port;
	s->part++;
	return 1;
}

/* The authority of an absolute target is whole. */
static __always_inline int efw_http_authority_end(struct efw_inspection *s,
						  __u8 c)
{
	if (!s->at || (s->step == EFW_HTTP_PORT && !s->part))
		return EFW_INSPECT_MALFORMED;
	s->port = s->record;
	s->flags |= EFW_ABSOLUTE | EFW_SAW_NAME;
	s->part = 0;
	s->step = c == ' ' ? EFW_HTTP_PROTOCOL : EFW_HTTP_PATH;
	return EFW_INSPECT_MORE;
}

/* The host of a Host header is whole, up to spaces behind it. */
static __always_inline int efw_http_host_end(struct efw_inspection *s, __u8 c)
{
	if ((s->step == EFW_HTTP_HOST_PORT && !s->part) ||
	    (s->step == EFW_HTTP_HOST_NAME && s->left != s->at))
		return EFW_INSPECT_MALFORMED;
	if (s->left != s->at ||
	    (s->flags & EFW_ABSOLUTE && s->port != s->record))
		return EFW_INSPECT_MALFORMED;
	s->port = s->record;
	s->flags |= EFW_SAW_NAME;
	s->step = c == '\r' ? EFW_HTTP_LF : EFW_HTTP_HOST_END;
	return EFW_INSPECT_MORE;
}

/* The request line; what fails here is no HTTP/1. */
static __always_inline int efw_http_request(struct efw_inspection *s, __u8 c)
{
	switch (s->step) {
	case EFW_HTTP_METHOD:
		if (c == ' ' && s->part) {
			s->step = EFW_HTTP_TARGET;
			s->part = 0;
		} else if (!efw_is_token_octet(c) ||
			   ++s->part > EFW_METHOD_MAX) {
			return EFW_INSPECT_OTHER;
		}
		break;
	case EFW_HTTP_TARGET:
		s->part = 1;
		if (c == '/')
			s->step = EFW_HTTP_PATH;
		else if (c == '*')
			s->step = EFW_HTTP_ASTERISK;
		else if (c == 'h' || c == 'H')
			s->step = EFW_HTTP_SCHEME_OF;
		else
			return EFW_INSPECT_OTHER;
		break;
	case EFW_HTTP_SCHEME_OF:
		if (efw_lower_case(c) !=
		    (__u8)(EFW_HTTP_SCHEME >> (8 * s->part & 63)))
			return EFW_INSPECT_OTHER;
		if (++s->part == EFW_HTTP_LITERAL) {
			s->step = EFW_HTTP_AUTHORITY;
			s->part = 0;
		}
		break;
	case EFW_HTTP_ASTERISK:
		if (c != ' ')
			return EFW_INSPECT_OTHER;
		s->step = EFW_HTTP_PROTOCOL;
		s->part = 0;
		break;
	case EFW_HTTP_PATH:
		if (c == ' ') {
			s->step = EFW_HTTP_PROTOCOL;
			s->part = 0;
		} else if (c < '!' || c > '~' || c == '#') {
			return EFW_INSPECT_OTHER;
		}
		break;
	case EFW_HTTP_PROTOCOL:
		if (c != (__u8)(EFW_HTTP_VERSION >> (8 * s->part & 63)))
			return EFW_INSPECT_OTHER;
		if (++s->part == EFW_HTTP_LITERAL)
			s->step = EFW_HTTP_MINOR;
		break;
	default:
		if (c != '0' && c != '1')
			return EFW_INSPECT_OTHER;
		s->version = 10 + (c - '0');
		s->step = EFW_HTTP_LINE_CR;
		break;
	}
	return EFW_INSPECT_MORE;
}

/* The host, in an absolute target or a Host header. */
static __always_inline int efw_http_host(struct efw_inspection *s, __u8 c)
{
	switch (s->step) {
	case EFW_HTTP_AUTHORITY:
		s->record = 0;
		s->part = 0;
		if (c == '/' || c == '?' || c == ' ')
			return efw_http_authority_end(s, c);
		if (c == ':')
			s->step = EFW_HTTP_PORT;
		else if (!efw_http_host_octet(s, c))
			return EFW_INSPECT_MALFORMED;
		break;
	case EFW_HTTP_PORT:
		if (c == '/' || c == '?' || c == ' ')
			return efw_http_authority_end(s, c);
		if (!efw_http_port_octet(s, c))
			return EFW_INSPECT_MALFORMED;
		break;
	case EFW_HTTP_HOST_START:
		if (efw_is_space(c))
			break;
		s->left = 0;
		s->record = 0;
		s->part = 0;
		if (c == '[' && !(s->flags & EFW_ABSOLUTE)) {
			s->step = EFW_HTTP_BRACKET;
			break;
		}
		s->step = EFW_HTTP_HOST_NAME;
		if (!efw_http_host_octet(s, c))
			return EFW_INSPECT_MALFORMED;
		break;
	case EFW_HTTP_HOST_NAME:
		if (c == '\r' || efw_is_space(c))
			return efw_http_host_end(s, c);
		if (c == ':')
			s->step = EFW_HTTP_HOST_PORT;
		else if (!efw_http_host_octet(s, c))
			return EFW_INSPECT_MALFORMED;
		break;
	case EFW_HTTP_HOST_PORT:
		if (c == '\r' || efw_is_space(c))
			return efw_http_host_end(s, c);
		if (!efw_http_port_octet(s, c))
			return EFW_INSPECT_MALFORMED;
		break;
	case EFW_HTTP_BRACKET:
		if (c == ']' && s->part) {
			s->step = EFW_HTTP_BRACKET_END;
			s->part = 0;
		} else if (!efw_is_digit(c) && c != ':' && c != '.' &&
			   (efw_lower_case(c) < 'a' || efw_lower_case(c) > 'f')) {
			return EFW_INSPECT_MALFORMED;
		} else {
			s->part = 1;
		}
		break;
	case EFW_HTTP_BRACKET_END:
		if (c == '\r' || efw_is_space(c))
			return efw_http_host_end(s, c);
		if (c != ':')
			return EFW_INSPECT_MALFORMED;
		s->step = EFW_HTTP_HOST_PORT;
		break;
	default:
		if (c == '\r')
			s->step = EFW_HTTP_LF;
		else if (!efw_is_space(c))
			return EFW_INSPECT_MALFORMED;
		break;
	}
	return EFW_INSPECT_MORE;
}

/* The head has been read to its end. */
static __always_inline int efw_http_end(const struct efw_inspection *s)
{
	if (!(s->flags & EFW_SAW_HOST) && s->version > 10)
		return EFW_INSPECT_MALFORMED; /* RFC 9112 section 3.2 */
	if (!(s->flags & EFW_SAW_NAME))
		return EFW_INSPECT_NO_NAME;
	return s->at ? EFW_INSPECT_NAME : EFW_INSPECT_ADDRESS;
}

/* The name of a header is whole. */
static __always_inline int efw_http_field_end(struct efw_inspection *s)
{
	if (s->part != 4 || s->token[0].value != EFW_HTTP_HOST) {
		s->step = EFW_HTTP_VALUE;
		return EFW_INSPECT_MORE;
	}
	if (s->flags & EFW_SAW_HOST)
		return EFW_INSPECT_MALFORMED; /* RFC 9112 section 3.2 */
	s->flags |= EFW_SAW_HOST;
	s->step = EFW_HTTP_HOST_START;
	return EFW_INSPECT_MORE;
}

/* Lines and headers. */
static __always_inline int efw_http_header(struct efw_inspection *s, __u8 c)
{
	switch (s->step) {
	case EFW_HTTP_LINE_CR:
		if (c != '\r')
			return EFW_INSPECT_OTHER;
		s->step = EFW_HTTP_LF;
		break;
	case EFW_HTTP_LF:
		if (c != '\n')
			return EFW_INSPECT_MALFORMED;
		s->step = EFW_HTTP_LINE;
		break;
	case EFW_HTTP_LINE:
		if (c == '\r') {
			s->step = EFW_HTTP_HEAD_LF;
			break;
		}
		if (!efw_is_token_octet(c))
			return EFW_INSPECT_MALFORMED;
		s->token[0].value = efw_lower_case(c);
		s->part = 1;
		s->step = EFW_HTTP_FIELD;
		break;
	case EFW_HTTP_FIELD:
		if (c == ':')
			return efw_http_field_end(s);
		if (!efw_is_token_octet(c))
			return EFW_INSPECT_MALFORMED;
		s->token[0].value = s->token[0].value << 8 | efw_lower_case(c);
		s->part++;
		break;
	case EFW_HTTP_VALUE:
		if (c == '\r')
			s->step = EFW_HTTP_LF;
		else if ((c < ' ' && c != '\t') || c == 0x7f)
			return EFW_INSPECT_MALFORMED;
		break;
	default:
		return c == '\n' ? efw_http_end(s) : EFW_INSPECT_MALFORMED;
	}
	return EFW_INSPECT_MORE;
}

/* One turn: an octet, or eight that only go by. */
static __always_inline int efw_http_turn(struct __sk_buff *skb,
					 struct efw_inspection *s)
{
	struct efw_cursor *cursor = &s->cursor;
	__u64 word;
	__u8 step;

	if (!efw_stream_peek(skb, s, &word))
		return EFW_INSPECT_HELD;
	step = s->step;
	if ((step == EFW_HTTP_VALUE || step == EFW_HTTP_PATH) &&
	    cursor->end - cursor->at >= 8 && !efw_has_special(word, '$')) {
		cursor->at += 8;
		return EFW_INSPECT_MORE;
	}
	cursor->at++;
	word >>= 56;
	if (step == EFW_HTTP_AUTHORITY || step == EFW_HTTP_PORT ||
	    (step >= EFW_HTTP_HOST_START && step <= EFW_HTTP_BRACKET_END))
		return efw_http_host(s, word);
	return step < EFW_HTTP_LINE_CR ? efw_http_request(s, word)
				       : efw_http_header(s, word);
}

/* Reads a segment; as efw_tls_read. */
static __always_inline enum efw_inspected
efw_http_read(struct __sk_buff *skb, struct efw_inspection *s,
	      const struct efw_segment *segment)
{
	int answer = efw_stream_enter(s, segment);

	if (answer != EFW_INSPECT_AGAIN)
		return answer;

	for (int i = 0; i < EFW_HTTP_TURNS; i++) {
		EFW_FORGET();
		answer = efw_http_turn(skb, s);
		if (answer)
			break;
		if (s->cursor.at >= s->cursor.end)
			break;
	}

	if (answer == EFW_INSPECT_MORE && s->cursor.at < s->cursor.end)
		answer = EFW_INSPECT_AGAIN;
	efw_stream_note(s, segment, answer);

	if (s->next_seq - s->isn > EFW_HEAD_MAX)
		s->answer = EFW_INSPECT_TOO_LONG;
	if (s->at && !s->name_length && (s->flags & EFW_SAW_NAME)) {
		answer = efw_check_name(s, s->at);
		if (answer == EFW_INSPECT_MALFORMED ||
		    (answer == EFW_INSPECT_ADDRESS &&
		     s->answer == EFW_INSPECT_NAME))
			s->answer = answer;
	}
	return efw_stream_leave(s);
}

#endif
