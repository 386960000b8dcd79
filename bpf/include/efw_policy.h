/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * The compiled policy as the kernel reads it. Written by user space before
 * the programs are attached; leases while they run.
 */
#ifndef EFW_POLICY_H
#define EFW_POLICY_H

#include "efw_abi.h"

/* Terms that one class may have. User space refuses longer ones. */
#define EFW_CLASS_TERMS_MAX 128

/* Distinct classes that names may lend to one address at a time. */
#define EFW_LEASES 6

/* struct efw_config.flags */
#define EFW_REPORT_ALLOWED 1 /* allowed decisions and redirects make events */

/*
 * Constants of one attachment, baked in before its programs are loaded.
 *
 * list_mode  what EFW_MODE_OBSERVE pretends to be; else equal to mode
 * dns_port4  port of the DNS proxy on 127.0.0.1, host order; 0: none
 * dns_port6  the same on ::1
 */
struct efw_config {
	__u32 abi;
	__u8 mode;
	__u8 list_mode;
	__u8 flags;
	__u8 _reserved;
	__u16 dns_port4;
	__u16 dns_port6;
	__u32 _reserved2;
};
_Static_assert(sizeof(struct efw_config) == 16, "mirrored in C#");

/*
 * An address in network order. IPv4 is stored mapped (::ffff:a.b.c.d), so
 * that it never equals an IPv6 address.
 */
struct efw_addr {
	__u32 w[4];
};
_Static_assert(sizeof(struct efw_addr) == 16, "mirrored in C#");

/* Keys of the longest-prefix tables: prefix length in bits, then the address. */
struct efw_network4 {
	__u32 prefix;
	__u32 addr;
};
_Static_assert(sizeof(struct efw_network4) == 8, "mirrored in C#");

struct efw_network6 {
	__u32 prefix;
	struct efw_addr addr;
};
_Static_assert(sizeof(struct efw_network6) == 20, "mirrored in C#");

/* A class: terms[first .. first + count), the first that matches decides. */
struct efw_class {
	__u32 first;
	__u32 count;
};
_Static_assert(sizeof(struct efw_class) == 8, "mirrored in C#");

#define EFW_PROTO_TCP 1
#define EFW_PROTO_UDP 2

enum efw_term_verdict {
	EFW_TERM_DENY = 0,
	EFW_TERM_ALLOW = 1,
	EFW_TERM_OWN_LISTENER = 2, /* allow when this sandbox listens there */
	EFW_TERM_RESERVED = 3,	   /* deny: reserved, and no rule names it */
};

/* Ports in host order, inclusive; protocols is EFW_PROTO_* bits; rule -1: built in. */
struct efw_term {
	__u16 first_port;
	__u16 last_port;
	__u8 protocols;
	__u8 verdict;
	__u16 _reserved;
	__s32 rule;
};
_Static_assert(sizeof(struct efw_term) == 12, "mirrored in C#");

/*
 * One class that names lend to an address until expires_ns (CLOCK_BOOTTIME).
 * All zero: a free slot, expired for ever.
 */
struct efw_lease {
	__u64 expires_ns;
	struct efw_class class;
};
_Static_assert(sizeof(struct efw_lease) == 16, "mirrored in C#");

struct efw_learned {
	struct efw_lease lease[EFW_LEASES];
};
_Static_assert(sizeof(struct efw_learned) == 96, "mirrored in C#");

#endif
