/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * The bytes that a connection sends, each once and in order, for the parsers of
 * tls.h and http.h. TCP may send them in pieces of any size, and again; what was
 * read before is passed over, and what comes too early is held back, so that TCP
 * sends it again after what it stands behind.
 */
#ifndef EFW_STREAM_H
#define EFW_STREAM_H

#include "../include/efw_inspect.h"
#include "policy.h"

#define EFW_TCP_URG 0x20

/* The compiler reads memory anew, so the verifier forgets what it held. */
#define EFW_FORGET() asm volatile("" ::: "memory")

/*
 * The payload of a TCP segment.
 *
 * seq     sequence number of its first byte (with SYN: one more than the
 *         header's), host order
 * offset  where it stands in the packet
 * length  of it
 * flags   of the header
 */
struct efw_segment {
	__u32 seq;
	__u32 offset;
	__u32 length;
	__u8 flags;
};

/*
 * A SYN leaves. The same one sent again changes nothing, so that a denial
 * stays; a new one begins a new connection.
 */
static __always_inline void efw_inspect_begin(struct efw_inspection *s,
					      __u32 isn)
{
	if (s->begun && s->isn == isn)
		return;
	s->isn = isn;
	s->next_seq = isn + 1;
	s->state = EFW_INSPECT_MORE;
	s->step = 0;
	s->name_length = 0;
	s->verdict = 0;
	s->begun = 1;
	s->answer = 0;
	s->flags = 0;
	s->version = 0;
	s->record_version = 0;
	s->hello_version = 0;
	s->port = 0;
	s->generation = 0;
	s->skip = 0;
	s->token[0].value = 0;
	s->token[0].need = 0;
	s->token[0].have = 0;
	s->token[1].value = 0;
	s->token[1].need = 0;
	s->token[1].have = 0;
	s->left = 0;
	s->part = 0;
	s->record = 0;
	s->at = 0;
}

/*
 * Finds the bytes of a segment that were not read. EFW_INSPECT_AGAIN when there
 * are some; else the answer about the segment.
 */
static __always_inline enum efw_inspected
efw_stream_enter(struct efw_inspection *s, const struct efw_segment *segment)
{
	struct efw_cursor *cursor = &s->cursor;
	__u32 behind = s->next_seq - segment->seq;

	if (s->state != EFW_INSPECT_MORE || !segment->length)
		return s->state;
	if (!s->begun) { /* nobody saw its first bytes */
		s->state = EFW_INSPECT_OTHER;
		return EFW_INSPECT_OTHER;
	}
	/* Receivers take an urgent byte out of the stream: RFC 6093. */
	if (segment->flags & EFW_TCP_URG) {
		s->state = EFW_INSPECT_MALFORMED;
		return EFW_INSPECT_MALFORMED;
	}
	if ((__s32)behind < 0)
		return EFW_INSPECT_HELD;
	if (behind >= segment->length)
		return EFW_INSPECT_MORE;
	cursor->at = segment->offset + behind;
	cursor->end = segment->offset + segment->length;
	cursor->window = 0;
	cursor->window_end = 0;
	return EFW_INSPECT_AGAIN;
}

/*
 * Notes what has been read and what was found. Both are taken from memory
 * afterwards, so that the verifier walks what follows once, not once for every
 * way that led there.
 */
static __always_inline void
efw_stream_note(struct efw_inspection *s, const struct efw_segment *segment,
		enum efw_inspected answer)
{
	s->next_seq = segment->seq + (s->cursor.at - segment->offset);
	s->answer = answer;
	EFW_FORGET();
}

/* The answer about the segment; one for good is kept. */
static __always_inline enum efw_inspected
efw_stream_leave(struct efw_inspection *s)
{
	__u8 answer = s->answer;

	if (answer < EFW_INSPECT_HELD)
		s->state = answer;
	return answer;
}

/*
 * Copies 1 to EFW_WINDOW bytes. The mask changes nothing: the verifier of 5.10
 * learns no lower bound from a comparison with zero, which is what clang makes
 * of every other way to ask.
 */
static __always_inline int efw_load_some(struct __sk_buff *skb, __u32 offset,
					 void *to, __u64 length)
{
	if (length < 1 || length > EFW_WINDOW)
		return 0;
	length--;
	EFW_OPAQUE(length);
	length = (length & (EFW_WINDOW - 1)) + 1;
	return !bpf_skb_load_bytes(skb, offset, to, length);
}

static __always_inline int efw_stream_load(struct __sk_buff *skb,
					   struct efw_inspection *s)
{
	struct efw_cursor *cursor = &s->cursor;
	__u64 length = cursor->end - cursor->at;

	if (length > EFW_WINDOW)
		length = EFW_WINDOW;
	cursor->window = cursor->at;
	cursor->window_end = cursor->at + length;
	return efw_load_some(skb, cursor->at, s->window, length);
}

/*
 * The next eight bytes, the first in the highest octet; of those that do not
 * belong to the segment nothing is known. Returns 0 when there is no packet.
 */
static __always_inline int efw_stream_peek(struct __sk_buff *skb,
					   struct efw_inspection *s,
					   __u64 *word)
{
	struct efw_cursor *cursor = &s->cursor;
	__u64 at;

	if (cursor->at + 8 > cursor->window_end &&
	    cursor->window_end != cursor->end &&
	    !efw_stream_load(skb, s))
		return 0;
	at = cursor->at - cursor->window;
	EFW_OPAQUE(at);
	at &= EFW_WINDOW - 1;
	*word = __builtin_bswap64(*(__u64 *)(s->window + at));
	return 1;
}

#endif
