/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Compiled policies as the kernel reads them: an array of 64-byte lines that
 * user space maps and writes with plain stores. Attachments share it. Line n
 * is the header of attachment n; its `active` names the image in force. An
 * image is written whole before it is named there and never changes after
 * that; of what names have led to, only leases change. A line is used again
 * only when no program can still be reading it.
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

/* Attachments that may share an array; 0 is nobody's number. */
#define EFW_ATTACHMENTS_MAX 4095

/* An element of the array, whatever it holds. */
struct efw_line {
	__u32 w[16];
};
_Static_assert(sizeof(struct efw_line) == EFW_LINE_BYTES, "one line");

/*
 * Where the addresses stand that names have led to (struct efw_learned).
 *
 * first, mask  first line, number of lines - 1
 * seed         of the hash over them
 */
struct efw_learned_set {
	__u32 first;
	__u32 mask;
	__u64 seed;
};
_Static_assert(sizeof(struct efw_learned_set) == 16, "mirrored in C#");

/* struct efw_header.flags */
#define EFW_REPORT_ALLOWED 1 /* allowed decisions and redirects make events */
#define EFW_UNIX_REPORTED 16 /* foreign unix sockets: told, not denied */
#define EFW_FAIL_OPEN 4 /* unattended: what no rule names may pass */

/*
 * One attachment.
 *
 * active     generation << 32 | line of the image << 5 | shift4; 0: none,
 *            everything is denied. One aligned store publishes. shift4 is the
 *            one of the image's IPv4 index, which begins behind it: the search
 *            for an IPv4 address starts from this number alone.
 * traffic    first slot in efw_traffic << 32 | slots that rules have there
 * dns_port4  port of the DNS proxy on 127.0.0.1, host order; 0: none
 * dns_port6  the same on ::1
 * abi        EFW_ABI_VERSION
 * id         of the attachment; unlike its number never used again
 * learned    of even and of odd generations: a new generation's set stands
 *            there before it is published
 */
struct efw_header {
	__u64 active;
	__u64 traffic;
	__u16 dns_port4;
	__u16 dns_port6;
	__u16 abi;
	__u8 flags;
	__u8 _reserved0;
	__u32 id;
	__u32 _reserved1;
	struct efw_learned_set learned[2];
};
_Static_assert(sizeof(struct efw_header) == EFW_LINE_BYTES, "one line");

#define EFW_ACTIVE_GENERATION(active) ((active) >> 32)
#define EFW_ACTIVE_IMAGE(active) ((__u32)(active) >> 5)
#define EFW_ACTIVE_SHIFT4(active) ((active)&31)

/* struct efw_image.flags */
#define EFW_STRICT_TTL 1      /* a flow ends with the grant that admitted it */
#define EFW_INBOUND_ALLOWED 2 /* connections from outside are taken */
#define EFW_METERED 8	      /* nothing is decided without judge.bpf.c */

/*
 * A policy. The index over IPv4 addresses stands in the lines behind: an
 * address belongs to the slot address >> shift4.
 *
 * index6, shift6, base6, slots6
 *            first line of the index over the upper halves of IPv6 addresses;
 *            one belongs to (half - base6) >> shift6; below base6 there is
 *            nothing; slots6 0: no index
 * terms      first line of the terms
 * budgets    first line of the limits (efw_budget.h); 0: there are none
 * exes       executables that terms name; 0: all terms are for every program
 * mode       enum efw_mode
 * list_mode  what EFW_MODE_OBSERVE pretends to be; else the mode
 * unixes     first line of the rules about unix sockets (efw_unix.h); 0: none
 */
struct efw_image {
	__u64 base6;
	__u32 index6;
	__u32 slots6;
	__u32 terms;
	__u8 shift6;
	__u8 mode;
	__u8 list_mode;
	__u8 flags;
	__u32 _reserved0;
	__u32 unixes;
	__u32 exes;
	__u32 budgets;
	__u64 _reserved2[3];
};
_Static_assert(sizeof(struct efw_image) == EFW_LINE_BYTES, "one line");

/*
 * Slots of an index, sixteen a line, are roots of trees: the line of the tree's
 * first node and its height above the leaves (0: that line is a leaf;
 * EFW_SPARSE: it is an efw_sparse6).
 */
#define EFW_ROOT(line, height) ((line) << 4 | (height))
#define EFW_ROOT_LINE(root) ((root) >> 4)
#define EFW_ROOT_HEIGHT(root) ((root)&15)
#define EFW_SPARSE 15

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
 * A whole tree of few networks that do not overlap: half an address has the
 * value of the one that it agrees with above `shift` bits, else `elsewhere`.
 * Half the lines of a leaf6's tree, where networks stand alone. Places left
 * over repeat the first.
 */
#define EFW_SPARSE6_NETWORKS 4
struct efw_sparse6 {
	__u64 network[EFW_SPARSE6_NETWORKS];
	__u32 value[EFW_SPARSE6_NETWORKS];
	__u8 shift[EFW_SPARSE6_NETWORKS];
	__u32 elsewhere;
	__u64 _reserved;
};
_Static_assert(sizeof(struct efw_sparse6) == EFW_LINE_BYTES, "one line");

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
 * one of many, user space knows which; exe: number of the executable that it is
 * for, 0: every program; budget: line of its limits from efw_image.budgets on, 0: it
 * has none.
 */
#define EFW_TERM_JUDGED 2 /* of flags: never decided without judge.bpf.c */

struct efw_term {
	__u16 first_port;
	__u16 last_port;
	__u8 protocols;
	__u8 verdict;
	__u8 more;
	__u8 flags;
	__s32 rule;
	__u16 exe;
	__u16 budget;
};
_Static_assert(sizeof(struct efw_term) == 16, "four a line");

/*
 * The executables that a program is, EFW_EXE_BITS each, as one number: a file may
 * have several of the policy's paths.
 */
#define EFW_EXE_BITS 16
#define EFW_EXE_MAX 0xfffe
#define EFW_EXES_UNKNOWN (~0ULL) /* no rule for a program allows, each denies */

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
