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

/*
 * One socket of a sandboxed process (socket storage). Its existence also says
 * that the socket belongs to this sandbox.
 *
 * creator    who called socket(2); inherited by accepted sockets
 * caller     who last connected it or sent through it with an address
 * admitted   where the last allowed connect or datagram went: a flow goes on
 *            when its grant expires, but only to there
 * generation of the policy that admitted it
 * original   where it wanted to go when it was sent to a proxy instead
 * client     its own address as the proxy sees it, once a packet has left
 * redirected original is in force: overwritten at every connect
 */
struct efw_socket {
	struct efw_process_key creator;
	struct efw_process_key caller;
	struct efw_endpoint admitted;
	struct efw_endpoint original;
	struct efw_endpoint client;
	__u32 generation;
	__u32 redirected;
	__u32 _reserved;
};
_Static_assert(sizeof(struct efw_socket) == 104, "no holes");

/*
 * A flow that was sent to a proxy, keyed by the client's own endpoint. Written
 * at egress of its packets: the port is known by then and nothing has been
 * delivered yet, so the proxy's look-up cannot lose a race.
 *
 * closed_ns  when the client closed its socket (CLOCK_BOOTTIME); 0: open
 */
struct efw_redirect {
	struct efw_process_key process;
	struct efw_endpoint original;
	__u32 attribution;
	__u64 time_ns;
	__u64 closed_ns;
};
_Static_assert(sizeof(struct efw_redirect) == 56, "mirrored in C#");

#endif
