/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Numbers that both sides share. The C# names stand in EbpfFirewall.Core
 * (Verdict, DecisionReason, DecisionStage, Attribution, PolicyMode) and in
 * EbpfFirewall (KernelCounter); a test compares the two.
 */
#ifndef EFW_ABI_H
#define EFW_ABI_H

#include <linux/types.h>

/* Raised whenever a shared struct or number changes its meaning. */
#define EFW_ABI_VERSION 4

/* Zero denies: memory that nobody wrote opens nothing. */
enum efw_verdict {
	EFW_DENY = 0,
	EFW_ALLOW = 1,
};

enum efw_mode {
	EFW_MODE_BLOCK_ALL = 0,
	EFW_MODE_ALLOW_LIST = 1,
	EFW_MODE_DENY_LIST = 2,
	EFW_MODE_OBSERVE = 3,
};

enum efw_reason {
	EFW_REASON_NONE = 0,
	EFW_REASON_ALLOWED_BY_RULE = 1,
	EFW_REASON_DENIED_BY_RULE = 2,
	EFW_REASON_ALLOWED_BY_NAME = 3,
	EFW_REASON_DENIED_BY_NAME = 4,
	EFW_REASON_NOT_IN_ALLOW_LIST = 5,
	EFW_REASON_NOT_IN_DENY_LIST = 6,
	EFW_REASON_BLOCK_ALL = 7,
	EFW_REASON_RESERVED_DESTINATION = 8,
	EFW_REASON_FOREIGN_LOOPBACK = 9,
	EFW_REASON_OWN_LOOPBACK = 10,
	EFW_REASON_SOCKET_TYPE = 11,
	EFW_REASON_PROTOCOL = 12,
	EFW_REASON_IP_OPTIONS = 13,
	EFW_REASON_EXTENSION_HEADER = 14,
	EFW_REASON_FRAGMENT = 15,
	EFW_REASON_MALFORMED_PACKET = 16,
	EFW_REASON_ADMITTED_FLOW = 17,
	EFW_REASON_DNS_REDIRECT = 18,
	EFW_REASON_NOT_REDIRECTED = 19,
	EFW_REASON_TABLE_FULL = 20,
	EFW_REASON_INBOUND = 21,
	EFW_REASON_SOCKET_OPTION = 22,
	EFW_REASON_NO_POLICY = 23,
	EFW_REASON_LINK_CONTROL = 24,
	EFW_REASON_FRAME_TYPE = 25,
	EFW_REASON_REPLY = 26,
	EFW_REASON_FOREIGN_UNIX = 35,
	EFW_REASON_OWN_UNIX = 36,
	EFW_REASON_BUDGET_BYTES = 39,
	EFW_REASON_BUDGET_CONNECTIONS = 40,
	EFW_REASON_BUDGET_NAMES = 41,
	EFW_REASON_UNATTENDED = 43,
};

enum efw_stage {
	EFW_STAGE_CONNECT = 1,
	EFW_STAGE_PACKET = 2,
	EFW_STAGE_SOCKET = 3,
	EFW_STAGE_UNIX = 19,
};

enum efw_attribution {
	EFW_BY_NOBODY = 0,
	EFW_BY_CALLER = 1,
	EFW_BY_SOCKET = 2,
	EFW_BY_CREATOR = 3,
};

/* Counters of an attachment, in `calls`. */
enum efw_counter {
	EFW_COUNT_EVENTS_DROPPED = 0,	/* the event ring was full */
	EFW_COUNT_PROCESSES_FULL = 1,	/* a sender could not be recorded */
	EFW_COUNT_REDIRECTS_FULL = 2,	/* a query was dropped */
	EFW_COUNT_SOCKETS_FULL = 3,	/* no memory for a socket's record */
	EFW_COUNT_DENIED = 4,
	EFW_COUNT_ALLOWED = 5,
	EFW_COUNT_POLICY_BROKEN = 6,	/* the policy could not be read: denied */
	EFW_COUNTERS = 7,
};

/*
 * What went by for one reason or one rule.
 *
 * calls    connect and sendmsg with an address
 * packets  at egress; bytes: of the IP packets
 */
struct efw_traffic {
	__u64 calls;
	__u64 packets;
	__u64 bytes;
};
_Static_assert(sizeof(struct efw_traffic) == 24, "mirrored in C#");

/* Slots of reasons in front of the rules'. */
#define EFW_TRAFFIC_REASONS 48

/* What a cgroup program returns. */
#define EFW_CG_DENY 0
#define EFW_CG_ALLOW 1

#endif
