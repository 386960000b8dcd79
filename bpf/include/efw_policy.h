/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * The compiled policy as the kernel reads it: one array of 64-byte lines that
 * user space maps and writes with plain stores. Line 0 is the header; its
 * `active` names the revision in force. A revision is written whole before it
 * is named there; after that only its leases change. A line is used again
 * only when no program can still be reading it.
 *
 * Line numbers are absolute, so an array can be copied into a larger one.
 */
#ifndef EFW_POLICY_H
#define EFW_POLICY_H

#include "efw_abi.h"

#define EFW_LINE_BYTES 64

/* Terms that one class may have. User space refuses longer ones. */
#define EFW_CLASS_TERMS_MAX 128

/* Distinct classes that names may lend to one address at a time. */
#define EFW_LEASES 6

/* Lines that a learned address may stand away from where it belongs. */
#define EFW_PROBES 16

/* Levels that a tree may have above its leaves. */
#define EFW_TREE_HEIGHT_MAX 7

/* struct efw_config.flags */
#define EFW_REPORT_ALLOWED 1 /* allowed decisions and redirects make events */

/*
 * Constants of one attachment, baked in before its programs are loaded.
 *
 * dns_port4  port of the DNS proxy on 127.0.0.1, host order; 0: none
 * dns_port6  the same on ::1
 */
struct efw_config {
	__u32 abi;
	__u8 flags;
	__u8 _reserved0;
	__u16 _reserved1;
	__u16 dns_port4;
	__u16 dns_port6;
	__u32 _reserved2;
};
_Static_assert(sizeof(struct efw_config) == 16, "mirrored in C#");

/* An element of the array, whatever it holds. */
struct efw_line {
	__u32 w[16];
};
_Static_assert(sizeof(struct efw_line) == EFW_LINE_BYTES, "one line");

/*
 * Line 0.
 *
 * active  generation << 32 | line of the revision; 0: none, everything is
 *         denied. One aligned store publishes.
 */
struct efw_header {
	__u64 active;
	__u32 abi;
	__u32 lines;
	__u32 _reserved[12];
};
_Static_assert(sizeof(struct efw_header) == EFW_LINE_BYTES, "one line");

/* struct efw_revision.flags */
#define EFW_STRICT_TTL 1 /* a flow ends with the grant that admitted it */

/*
 * One revision of the policy.
 *
 * index4, shift4        first line of the IPv4 index; an address belongs to
 *                       the slot address >> shift4
 * index6, shift6, base6, slots6
 *                       the same for the upper half of an IPv6 address, which
 *                       belongs to (half - base6) >> shift6; below base6 there
 *                       is nothing; slots6 0: no index
 * terms                 first line of the terms
 * learned, learned_mask first line of the learned addresses, lines - 1
 * seed                  of the hash over learned addresses
 * mode                  enum efw_mode
 * list_mode             what EFW_MODE_OBSERVE pretends to be; else the mode
 */
struct efw_revision {
	__u32 index4;
	__u32 index6;
	__u64 base6;
	__u64 seed;
	__u32 slots6;
	__u32 terms;
	__u32 learned;
	__u32 learned_mask;
	__u8 shift4;
	__u8 shift6;
	__u8 mode;
	__u8 list_mode;
	__u8 flags;
	__u8 _reserved0;
	__u16 _reserved1;
	__u32 _reserved2[4];
};
_Static_assert(sizeof(struct efw_revision) == EFW_LINE_BYTES, "one line");

/*
 * Slots of an index, sixteen a line, are roots of trees: the line of the tree's
 * first node and its height above the leaves (0: that line is a leaf).
 */
#define EFW_ROOT(line, height) ((line) << 3 | (height))
#define EFW_ROOT_LINE(root) ((root) >> 3)
#define EFW_ROOT_HEIGHT(root) ((root)&7)

/*
 * Nodes hold their keys sorted, filled up with the largest number. The child
 * for an address has the number of keys that are not above it, `last` at most;
 * children stand one after the other from line `first` on.
 */
struct efw_node4 {
	__u32 key[15];
	__u32 first_last; /* first << 4 | last */
};
_Static_assert(sizeof(struct efw_node4) == EFW_LINE_BYTES, "one line");

struct efw_node6 {
	__u64 key[7];
	__u32 first;
	__u32 last;
};
_Static_assert(sizeof(struct efw_node6) == EFW_LINE_BYTES, "one line");

/*
 * Leaves: the class for an address has the number of keys that are not above
 * it. A class is the index of its first term; 0: no rule names the address.
 * Values past the last key repeat the one before.
 */
#define EFW_LEAF4_KEYS 10
struct efw_leaf4 {
	__u16 class[EFW_LEAF4_KEYS + 1];
	__u16 _reserved;
	__u32 key[EFW_LEAF4_KEYS];
};
_Static_assert(sizeof(struct efw_leaf4) == EFW_LINE_BYTES, "one line");

/* With EFW_LOWER a value is the root of a tree over the address's lower half. */
#define EFW_LOWER 0x80000000U
#define EFW_LEAF6_KEYS 5
struct efw_leaf6 {
	__u32 value[EFW_LEAF6_KEYS + 1];
	__u64 key[EFW_LEAF6_KEYS];
};
_Static_assert(sizeof(struct efw_leaf6) == EFW_LINE_BYTES, "one line");

/*
 * An address in network order. IPv4 is stored mapped (::ffff:a.b.c.d), so
 * that it never equals an IPv6 address.
 */
struct efw_addr {
	__u32 w[4];
};
_Static_assert(sizeof(struct efw_addr) == 16, "mirrored in C#");

#define EFW_PROTO_TCP 1
#define EFW_PROTO_UDP 2

enum efw_term_verdict {
	EFW_TERM_DENY = 0,
	EFW_TERM_ALLOW = 1,
	EFW_TERM_OWN_LISTENER = 2, /* allow when this sandbox listens there */
	EFW_TERM_RESERVED = 3,	   /* deny: reserved, and no rule names it */
};

/*
 * One term of a class; the first that matches decides. Ports in host order,
 * inclusive; protocols is EFW_PROTO_* bits; more: the next term belongs to the
 * class, too; rule: number of the rule in its attachment, -1: built in, -2:
 * one of many, user space knows which.
 */
struct efw_term {
	__u16 first_port;
	__u16 last_port;
	__u8 protocols;
	__u8 verdict;
	__u8 more;
	__u8 _reserved;
	__s32 rule;
	__u32 _reserved2;
};
_Static_assert(sizeof(struct efw_term) == 16, "four a line");

/*
 * An address that names led to, one a line, its halves in host order, and the
 * classes that they lend it: deadline << 16 | class, the deadline in ticks of
 * bpf_jiffies64(). One store writes a lease; 0 is a free one. A line whose
 * first lease is free is free itself, and ends a search.
 */
struct efw_learned {
	__u64 upper;
	__u64 lower;
	__u64 lease[EFW_LEASES];
};
_Static_assert(sizeof(struct efw_learned) == EFW_LINE_BYTES, "one line");

#define EFW_LEASE_DEADLINE(lease) ((lease) >> 16)
#define EFW_LEASE_CLASS(lease) ((lease)&0xffff)

#endif
