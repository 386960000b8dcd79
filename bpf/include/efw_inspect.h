/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * What is known of the first bytes that a connection sends, while they are read
 * for the name that they ask for: a TLS ClientHello (lib/tls.h) or the head of
 * an HTTP/1 request (lib/http.h). It lives in socket storage: TCP sends only
 * under the socket's lock, so there is one writer. Memory of a CPU would not
 * do, for a softirq that sends may interrupt a program that reads.
 */
#ifndef EFW_INSPECT_H
#define EFW_INSPECT_H

#include <linux/types.h>

/*
 * What the bytes turned out to be. From NAME on it stays until the next
 * connection; the last two are answers about one segment and are never stored.
 */
enum efw_inspected {
	EFW_INSPECT_MORE = 0,	   /* not known yet: this segment may leave */
	EFW_INSPECT_NAME = 1,	   /* it asks for `name` */
	EFW_INSPECT_NO_NAME = 2,   /* it is well formed and names nobody */
	EFW_INSPECT_ADDRESS = 3,   /* HTTP: the host is an address literal */
	EFW_INSPECT_OTHER = 4,	   /* it is another protocol */
	EFW_INSPECT_MALFORMED = 5, /* servers may read it differently */
	EFW_INSPECT_TOO_LONG = 6,  /* more than is looked at */
	EFW_INSPECT_HELD = 7,	   /* bytes before it are missing: drop it */
	EFW_INSPECT_AGAIN = 8,	   /* unread bytes: run again, or deny */
};

/* Longest handshake message, and longest head of a request, in bytes. */
#define EFW_HELLO_MAX 16384
#define EFW_HEAD_MAX 16384

/* Bytes of TCP until a ClientHello is whole, records included. */
#define EFW_HELLO_STREAM_MAX 65536

/* Longest text of a name, without trailing dot: RFC 1035 section 2.3.4. */
#define EFW_NAME_MAX 253
#define EFW_LABEL_MAX 63

/* Bytes of a segment that are copied at a time. A power of two. */
#define EFW_WINDOW 256

/* struct efw_inspection.flags */
#define EFW_SAW_NAME 1	   /* a server_name, or a Host or authority */
#define EFW_SAW_VERSIONS 2 /* supported_versions */
#define EFW_SAW_ALPN 4	   /* application_layer_protocol_negotiation */
#define EFW_SAW_ECH 8	   /* encrypted_client_hello, real or GREASE */
#define EFW_OFFERS_H2 16   /* ALPN "h2" */
#define EFW_OFFERS_HTTP1 32 /* ALPN "http/1.1" */
#define EFW_SAW_HOST 64	   /* a Host header */
#define EFW_ABSOLUTE 128   /* the request target named the host */

/*
 * A number that is being read, first octet first: `have` of its `need`
 * octets have come.
 */
struct efw_token {
	__u64 value;
	__u32 need;
	__u32 have;
};

/*
 * Where reading is, as offsets into the packet: the next octet, the end of the
 * payload, and what the window holds.
 */
struct efw_cursor {
	__u32 at;
	__u32 end;
	__u32 window;
	__u32 window_end;
};

/*
 * The longest suffix so far: where it starts, and its line; the octets that were
 * not looked at, and the labels that may still be asked for.
 */
struct efw_name_search {
	__u32 start;
	__s32 line;
	__u32 left;
	__u32 labels;
};

/*
 * isn          sequence number of the SYN
 * next_seq     the first byte that was not read
 * state        enum efw_inspected, up to TOO_LONG
 * step         what comes next; the parser's own
 * name_length  of `name`, which is checked and in lower case; 0: not known yet.
 *              It is set as soon as the name is whole, which may be before
 *              the state says NAME
 * version      TLS: the highest version offered, 0x0303 is TLS 1.2; HTTP: 10, 11
 * record_version, hello_version
 *              TLS: legacy_record_version of the first record, legacy_version
 * port         HTTP: that the host was given with; 0: none
 * answer       about the segment before; what of it is for good is the state
 * verdict      the caller's own; 0 at the start of a connection
 * generation   the caller's own: of the policy that gave the verdict
 * token        [0] of the message, [1] of a record's header
 * skip         octets of the message to pass over before token[0]
 * left         octets of the message that nothing has asked for yet
 * part         octets left of what is being read inside an extension
 * record       octets left of the record
 * at           octets in `name`
 * cursor, search
 *              while a segment is read, while the name is looked up (lib/names.h):
 *              here and not in registers, so that the verifier meets each turn
 *              of a loop with nothing new to walk
 * name         from the first octet on; what lies past name_length means nothing
 * window       copy of a part of the segment, and the width of a load
 */
struct efw_inspection {
	__u32 isn;
	__u32 next_seq;
	__u8 state;
	__u8 step;
	__u8 name_length;
	__u8 verdict;
	__u8 begun;
	__u8 answer;
	__u16 flags;
	__u16 version;
	__u16 record_version;
	__u16 hello_version;
	__u16 port;
	__u32 generation;
	__u32 skip;
	struct efw_token token[2];
	__u32 left;
	__u32 part;
	__u32 record;
	__u32 at;
	struct efw_cursor cursor;
	struct efw_name_search search;
	__u8 name[256 + 8];
	__u8 window[EFW_WINDOW + 8];
};
_Static_assert(sizeof(struct efw_inspection) == 640, "no holes");

#endif
