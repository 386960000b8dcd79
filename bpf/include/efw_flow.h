/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * What is remembered of sockets, and of flows that were sent to a proxy.
 */
#ifndef EFW_FLOW_H
#define EFW_FLOW_H

#include "efw_policy.h"
#include "efw_process.h"

/* Address in network order (mapped), port in host order, IANA protocol. */
struct efw_endpoint {
	struct efw_addr addr;
	__u16 port;
	__u8 protocol;
	__u8 _reserved;
};
_Static_assert(sizeof(struct efw_endpoint) == 20, "mirrored in C#");

/* Which attachment a program runs for (cgroup storage); 0: not known yet. */
struct efw_self {
	__u32 number;
	__u32 _reserved;
};
_Static_assert(sizeof(struct efw_self) == 8, "mirrored in C#");

/* What one attachment may take of the tables that all share. */
#define EFW_PROCESSES_MAX 8192
#define EFW_REDIRECTS_MAX 16384
#define EFW_EVENTS_MAX 8192 /* in EFW_EVENTS_WINDOW_SHIFT */
#define EFW_EVENTS_WINDOW_SHIFT 27 /* of nanoseconds: 134 ms */

/*
 * What it has taken.
 *
 * processes, redirects  entries; user space counts down when it removes some
 * window, events        events since the window of this number began
 * usages                processes in efw_usages
 * activity              changes with every decision that is told or counted
 */
struct efw_quota {
	__u32 processes;
	__u32 redirects;
	__u32 window;
	__u32 events;
	__u32 activity;
	__u32 usages;
};
_Static_assert(sizeof(struct efw_quota) == 24, "mirrored in C#");

/* struct efw_interface.flags */
#define EFW_LINK_ARP 1	/* ARP, both ways */
#define EFW_LINK_ND 2	/* IPv6 neighbour discovery */
#define EFW_LINK_DHCP 4 /* DHCP and DHCPv6, to servers on the link */

/*
 * Constants of an attachment to an interface, baked in before its programs are
 * loaded.
 *
 * number     of the attachment
 * udp_ticks  bpf_jiffies64() ticks after the last datagram of a flow in which
 *            replies pass
 * ethernet   1: frames begin with an Ethernet header; 0: with that of IP
 */
struct efw_interface {
	__u32 number;
	__u32 udp_ticks;
	__u8 ethernet;
	__u8 flags;
	__u16 _reserved;
};
_Static_assert(sizeof(struct efw_interface) == 12, "mirrored in C#");

/* A flow through an interface, as its target sees it. */
struct efw_flow_key {
	struct efw_endpoint local;
	struct efw_endpoint remote;
};
_Static_assert(sizeof(struct efw_flow_key) == 40, "no holes");

/*
 * ticks       of the last packet that the target sent
 * generation  of the policy that admitted it
 */
struct efw_flow {
	__u64 ticks;
	__u32 generation;
	__u32 _reserved;
};
_Static_assert(sizeof(struct efw_flow) == 16, "no holes");

/*
 * One socket of a sandboxed process (socket storage).
 *
 * attachment its sandbox
 * creator    who called socket(2); inherited by accepted sockets
 * caller     who last connected it or sent through it with an address
 * program    the executable of that process, else of the creator
 * admitted   where the last allowed connect or datagram went: a flow goes on
 *            when its grant expires, but only to there
 * generation of the policy that admitted it
 * original   where it wanted to go when it was sent to a proxy instead
 * client     its own address as the proxy sees it, once a packet has left
 * redirected original is in force: overwritten at every connect
 * counted    where it went when it last counted as a connection
 * sequence   of TCP: behind what has been charged; isn: of the SYN before;
 *            metered: both are known
 * rule, budget  by which it was admitted
 * inbound    a listener that answered somebody outside; inherited by what it
 *            accepts, and gone with the next connect
 */
struct efw_socket {
	struct efw_process_key creator;
	struct efw_process_key caller;
	struct efw_file program;
	struct efw_endpoint admitted;
	struct efw_endpoint original;
	struct efw_endpoint client;
	__u32 generation;
	__u32 redirected;
	__u32 attachment;
	struct efw_endpoint counted;
	__u32 sequence;
	__u32 isn;
	__s32 rule;
	__u16 budget;
	__u16 metered;
	__u32 inbound;
};
_Static_assert(sizeof(struct efw_socket) == 168, "no holes");

/*
 * Which of a policy's executables (struct efw_term) a file is, in one
 * attachment. The file is known by number and device; should another file have
 * the same, it is not this one.
 *
 * inode   of the file, its address
 * exes    numbers, EFW_EXE_BITS each; 0: none
 */
struct efw_exe_key {
	__u64 number;
	__u32 device;
	__u32 attachment;
};
_Static_assert(sizeof(struct efw_exe_key) == 16, "mirrored in C#");

struct efw_exe {
	__u64 inode;
	__u64 exes;
};
_Static_assert(sizeof(struct efw_exe) == 16, "mirrored in C#");

/* A client of a proxy; equal endpoints are in different network namespaces. */
struct efw_redirect_key {
	struct efw_endpoint client;
	__u32 attachment;
};
_Static_assert(sizeof(struct efw_redirect_key) == 24, "mirrored in C#");

/*
 * A flow that was sent to a proxy. Written at egress of its packets: the port
 * is known by then and nothing has been delivered yet, so the proxy's look-up
 * cannot lose a race.
 *
 * program    the executable of the process
 * closed_ns  when the client closed its socket (CLOCK_BOOTTIME); 0: open
 */
struct efw_redirect {
	struct efw_process_key process;
	struct efw_file program;
	struct efw_endpoint original;
	__u32 attribution;
	__u64 time_ns;
	__u64 closed_ns;
};
_Static_assert(sizeof(struct efw_redirect) == 80, "mirrored in C#");

#endif
