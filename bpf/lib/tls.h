/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Reads the first ClientHello of a connection, whatever pieces it comes in:
 * segments of TCP, and records (RFC 8446 section 5.1), which may be cut anywhere.
 *
 * The hello is read as a row of tokens: pass over `skip` octets, read `need`
 * octets as a number, look at it, and so on. Each turn of the loop does as much
 * of one token as segment and record have. The state says between which two
 * octets reading stands, so where the pieces end makes no difference.
 *
 * Strict: what lets two servers see two names is MALFORMED, and so is what no
 * client sends. Values that are not known, GREASE among them (RFC 8701), are
 * passed over by their length.
 */
#ifndef EFW_TLS_H
#define EFW_TLS_H

#include "hostname.h"

/* Turns of a run; what remains of the segment needs another run. */
#define EFW_TLS_TURNS 48

#define EFW_TLS_HANDSHAKE 22	   /* ContentType: RFC 8446 section 5.1 */
#define EFW_TLS_CLIENT_HELLO 1	   /* HandshakeType: section 4 */
#define EFW_TLS_MAJOR 3		   /* of every version there is */
#define EFW_TLS_RECORD_HEADER 5
#define EFW_TLS_RECORD_MAX 16384   /* section 5.1 */
#define EFW_TLS_RANDOM 32
#define EFW_TLS_SESSION_ID_MAX 32

#define EFW_TLS_SERVER_NAME 0		/* RFC 6066 section 3 */
#define EFW_TLS_ALPN 16			/* RFC 7301 section 3.1 */
#define EFW_TLS_SUPPORTED_VERSIONS 43	/* RFC 8446 section 4.2.1 */
#define EFW_TLS_ENCRYPTED_HELLO 0xfe0d	/* RFC 9849 section 5 */

/* Octets of a ServerNameList in front of the name. */
#define EFW_TLS_NAME_HEADER 5

#define EFW_ALPN_H2 0x6832ULL			/* "h2" */
#define EFW_ALPN_HTTP1 0x687474702f312e31ULL	/* "http/1.1" */

/* What token[0] is, in the order of a hello. */
enum efw_tls_step {
	EFW_TLS_START = 0,	  /* type, length, legacy_version */
	EFW_TLS_SESSION_ID = 1,	  /* length, behind the random */
	EFW_TLS_CIPHERS = 2,	  /* length */
	EFW_TLS_COMPRESSION = 3,  /* length */
	EFW_TLS_EXTENSIONS = 4,	  /* length */
	EFW_TLS_EXTENSION = 5,	  /* type, length */
	EFW_TLS_NAMES = 6,	  /* list length, name type, name length */
	EFW_TLS_NAME = 7,	  /* up to eight octets of it */
	EFW_TLS_VERSIONS = 8,	  /* length */
	EFW_TLS_VERSION = 9,
	EFW_TLS_PROTOCOLS = 10,	  /* length */
	EFW_TLS_PROTOCOL = 11,	  /* length of one */
	EFW_TLS_PROTOCOL_ID = 12, /* one of two or eight octets */
	EFW_TLS_END = 13,	  /* nothing but `skip` */
};

/* Says what comes after a token. */
static __always_inline void efw_tls_want(struct efw_inspection *s, __u32 skip,
					 __u32 need, __u32 step)
{
	s->skip = skip;
	s->token[0].need = need;
	s->step = step;
}

/* The header of a record. */
static __always_inline enum efw_inspected
efw_tls_record(struct efw_inspection *s, __u64 header)
{
	__u32 length = header & 0xffff;
	int first = !s->record_version;

	if (header >> 32 != EFW_TLS_HANDSHAKE ||
	    (header >> 24 & 0xff) != EFW_TLS_MAJOR)
		return first ? EFW_INSPECT_OTHER : EFW_INSPECT_MALFORMED;
	if (first)
		s->record_version = header >> 16;
	if (!length || length > EFW_TLS_RECORD_MAX)
		return EFW_INSPECT_MALFORMED;
	s->record = length;
	return EFW_INSPECT_MORE;
}

/* Notes that an extension has come; 0 when it came before. */
static __always_inline int efw_tls_once(struct efw_inspection *s, __u16 flag)
{
	if (s->flags & flag)
		return 0; /* RFC 8446 section 4.2 */
	s->flags |= flag;
	return 1;
}

/* Type and length of an extension. */
static __always_inline enum efw_inspected
efw_tls_extension(struct efw_inspection *s, __u32 type, __u32 length)
{
	if (length > s->left)
		return EFW_INSPECT_MALFORMED;

	switch (type) {
	case EFW_TLS_SERVER_NAME:
		if (length <= EFW_TLS_NAME_HEADER ||
		    length > EFW_TLS_NAME_HEADER + 255 ||
		    !efw_tls_once(s, EFW_SAW_NAME))
			return EFW_INSPECT_MALFORMED;
		s->part = length - EFW_TLS_NAME_HEADER;
		efw_tls_want(s, 0, EFW_TLS_NAME_HEADER, EFW_TLS_NAMES);
		return EFW_INSPECT_MORE;
	case EFW_TLS_SUPPORTED_VERSIONS:
		if (length < 3 || !efw_tls_once(s, EFW_SAW_VERSIONS))
			return EFW_INSPECT_MALFORMED;
		s->part = length - 1;
		s->version = 0;
		efw_tls_want(s, 0, 1, EFW_TLS_VERSIONS);
		return EFW_INSPECT_MORE;
	case EFW_TLS_ALPN:
		if (length < 4 || !efw_tls_once(s, EFW_SAW_ALPN))
			return EFW_INSPECT_MALFORMED;
		s->part = length - 2;
		efw_tls_want(s, 0, 2, EFW_TLS_PROTOCOLS);
		return EFW_INSPECT_MORE;
	case EFW_TLS_ENCRYPTED_HELLO:
		if (!efw_tls_once(s, EFW_SAW_ECH))
			return EFW_INSPECT_MALFORMED;
		break;
	}
	efw_tls_want(s, length, 4, EFW_TLS_EXTENSION);
	return EFW_INSPECT_MORE;
}

/* One more token of an extension that is read to its end. */
static __always_inline void efw_tls_next(struct efw_inspection *s, __u32 skip,
					 __u32 need, __u32 step)
{
	if (s->part)
		efw_tls_want(s, skip, need, step);
	else
		efw_tls_want(s, skip, 4, EFW_TLS_EXTENSION);
}

static __always_inline void efw_tls_next_name(struct efw_inspection *s)
{
	efw_tls_next(s, 0, s->part < 8 ? s->part : 8, EFW_TLS_NAME);
}

/* Looks at token[0] and says what comes after it. */
static __always_inline enum efw_inspected
efw_tls_token(struct efw_inspection *s, __u64 value, __u32 octets)
{
	__u64 *name;

	switch (s->step) {
	case EFW_TLS_START:
		if (value >> 40 != EFW_TLS_CLIENT_HELLO ||
		    (value >> 8 & 0xff) != EFW_TLS_MAJOR)
			return EFW_INSPECT_MALFORMED;
		s->left = value >> 16 & 0xffffff;
		if (s->left > EFW_HELLO_MAX)
			return EFW_INSPECT_TOO_LONG;
		if (s->left < 2)
			return EFW_INSPECT_MALFORMED;
		s->left -= 2;
		s->hello_version = value;
		s->version = value;
		efw_tls_want(s, EFW_TLS_RANDOM, 1, EFW_TLS_SESSION_ID);
		break;
	case EFW_TLS_SESSION_ID:
		if (value > EFW_TLS_SESSION_ID_MAX)
			return EFW_INSPECT_MALFORMED;
		efw_tls_want(s, value, 2, EFW_TLS_CIPHERS);
		break;
	case EFW_TLS_CIPHERS:
		if (!value || (value & 1))
			return EFW_INSPECT_MALFORMED;
		efw_tls_want(s, value, 1, EFW_TLS_COMPRESSION);
		break;
	case EFW_TLS_COMPRESSION:
		if (!value)
			return EFW_INSPECT_MALFORMED;
		efw_tls_want(s, value, 2, EFW_TLS_EXTENSIONS);
		break;
	case EFW_TLS_EXTENSIONS:
		if (value != s->left)
			return EFW_INSPECT_MALFORMED;
		efw_tls_want(s, 0, 4, EFW_TLS_EXTENSION);
		break;
	case EFW_TLS_EXTENSION:
		return efw_tls_extension(s, value >> 16, value & 0xffff);
	case EFW_TLS_NAMES:
		/* One name, a host_name: RFC 6066 section 3 knows no other. */
		if (value >> 24 != s->part + 3 || (value >> 16 & 0xff) ||
		    (value & 0xffff) != s->part)
			return EFW_INSPECT_MALFORMED;
		efw_tls_next_name(s);
		break;
	case EFW_TLS_NAME:
		name = (__u64 *)(s->name + (s->at & 0xf8));
		*name = __builtin_bswap64(value << ((64 - 8 * octets) & 63));
		s->at += octets;
		s->part -= octets;
		efw_tls_next_name(s);
		break;
	case EFW_TLS_VERSIONS:
		if (value != s->part || (value & 1))
			return EFW_INSPECT_MALFORMED;
		efw_tls_next(s, 0, 2, EFW_TLS_VERSION);
		break;
	case EFW_TLS_VERSION:
		if (value >> 8 == EFW_TLS_MAJOR && value > s->version)
			s->version = value;
		s->part -= 2;
		efw_tls_next(s, 0, 2, EFW_TLS_VERSION);
		break;
	case EFW_TLS_PROTOCOLS:
		if (value != s->part)
			return EFW_INSPECT_MALFORMED;
		efw_tls_next(s, 0, 1, EFW_TLS_PROTOCOL);
		break;
	case EFW_TLS_PROTOCOL:
		if (!value || value + 1 > s->part)
			return EFW_INSPECT_MALFORMED;
		s->part -= value + 1;
		if (value == 2 || value == 8)
			efw_tls_want(s, 0, value, EFW_TLS_PROTOCOL_ID);
		else
			efw_tls_next(s, value, 1, EFW_TLS_PROTOCOL);
		break;
	case EFW_TLS_PROTOCOL_ID:
		if (octets == 2 && value == EFW_ALPN_H2)
			s->flags |= EFW_OFFERS_H2;
		if (value == EFW_ALPN_HTTP1)
			s->flags |= EFW_OFFERS_HTTP1;
		efw_tls_next(s, 0, 1, EFW_TLS_PROTOCOL);
		break;
	default:
		return EFW_INSPECT_MALFORMED;
	}
	return EFW_INSPECT_MORE;
}

/* The message has been read to its end. */
static __always_inline enum efw_inspected
efw_tls_end(const struct efw_inspection *s)
{
	if (s->record)
		return EFW_INSPECT_MALFORMED; /* RFC 8446 section 5.1 */
	return s->flags & EFW_SAW_NAME ? EFW_INSPECT_NAME : EFW_INSPECT_NO_NAME;
}

/* Takes from the hello what the next token asks for. */
static __always_inline enum efw_inspected efw_tls_take(struct efw_inspection *s)
{
	__u32 octets = s->skip + s->token[0].need;

	if (octets <= s->left) {
		s->left -= octets;
		return EFW_INSPECT_MORE;
	}
	/* An extension, or all of them, may be the last. */
	if (s->skip != s->left || (s->step != EFW_TLS_EXTENSION &&
				   s->step != EFW_TLS_EXTENSIONS))
		return EFW_INSPECT_MALFORMED;
	s->left = 0;
	s->step = EFW_TLS_END;
	s->token[0].need = 0;
	return s->skip ? EFW_INSPECT_MORE : efw_tls_end(s);
}

/* Passes over octets of the message. Returns 1 when a token can be read. */
static __always_inline int efw_tls_skip(struct efw_inspection *s)
{
	struct efw_cursor *cursor = &s->cursor;
	__u32 octets = s->skip;

	if (!s->record)
		return 1;
	if (octets > s->record)
		octets = s->record;
	if (octets > cursor->end - cursor->at)
		octets = cursor->end - cursor->at;
	s->skip -= octets;
	s->record -= octets;
	cursor->at += octets;
	return !s->skip && s->record && cursor->at < cursor->end;
}

/*
 * One turn: as much of a token as there is, of a record's header where one is
 * due. MORE: go on while there are bytes.
 */
static __always_inline enum efw_inspected
efw_tls_turn(struct __sk_buff *skb, struct efw_inspection *s)
{
	struct efw_cursor *cursor = &s->cursor;
	struct efw_token *token;
	enum efw_inspected answer;
	__u64 word, header;
	__u32 octets;

	if (s->skip) {
		int ready = efw_tls_skip(s);

		if (s->step == EFW_TLS_END && !s->skip)
			return efw_tls_end(s);
		if (!ready)
			return EFW_INSPECT_MORE;
	}

	header = !s->record;
	EFW_OPAQUE(header);
	token = &s->token[header & 1];
	octets = token->need - token->have;
	if (!header && octets > s->record)
		octets = s->record;
	if (octets > cursor->end - cursor->at)
		octets = cursor->end - cursor->at;
	if (!efw_stream_peek(skb, s, &word))
		return EFW_INSPECT_HELD;
	octets &= 15;
	cursor->at += octets;
	if (!header)
		s->record -= octets;
	word >>= (64 - 8 * octets) & 63;
	token->value = token->value << 4 * octets << 4 * octets | word;
	token->have += octets;
	if (token->have < token->need)
		return EFW_INSPECT_MORE;

	word = token->value;
	octets = token->need;
	token->have = 0;
	token->value = 0;
	if (header)
		return efw_tls_record(s, word);
	answer = efw_tls_token(s, word, octets);
	EFW_FORGET();
	return answer ? answer : efw_tls_take(s);
}

/*
 * Reads a segment. The caller drops it when the answer, or the name so far, is
 * denied; HELD: drops it; AGAIN: runs again on the same segment, or drops it.
 */
static __always_inline enum efw_inspected
efw_tls_read(struct __sk_buff *skb, struct efw_inspection *s,
	     const struct efw_segment *segment)
{
	enum efw_inspected answer = efw_stream_enter(s, segment);

	if (answer != EFW_INSPECT_AGAIN)
		return answer;
	if (!s->token[1].need) {
		s->token[0].need = 6;
		s->token[1].need = EFW_TLS_RECORD_HEADER;
	}

	for (int i = 0; i < EFW_TLS_TURNS; i++) {
		EFW_FORGET();
		answer = efw_tls_turn(skb, s);
		if (answer)
			break;
		if (s->cursor.at >= s->cursor.end)
			break;
	}

	if (answer == EFW_INSPECT_MORE && s->cursor.at < s->cursor.end)
		answer = EFW_INSPECT_AGAIN;
	efw_stream_note(s, segment, answer);

	if (s->next_seq - s->isn > EFW_HELLO_STREAM_MAX)
		s->answer = EFW_INSPECT_TOO_LONG;
	/*
	 * The name is checked as soon as it is whole. A literal address is no
	 * host name: RFC 6066 section 3.
	 */
	if (s->at && !s->name_length && s->step != EFW_TLS_NAME &&
	    efw_check_name(s, s->at) != EFW_INSPECT_NAME)
		s->answer = EFW_INSPECT_MALFORMED;
	return efw_stream_leave(s);
}

#endif
