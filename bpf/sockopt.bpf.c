/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * setsockopt(2): options that change where packets go, or that make packets
 * which no other hook sees. docs/design/socket-options.md goes through them, and
 * says why the others are left alone.
 */
#include "lib/process.h"
#include "lib/report.h"

#define EFW_SOL_IP 0
#define EFW_SOL_SOCKET 1
#define EFW_SOL_TCP 6
#define EFW_SOL_UDP 17
#define EFW_SOL_IPV6 41
#define EFW_SOL_PACKET 263
#define EFW_SOL_XDP 283

#define EFW_SO_BROADCAST 6
#define EFW_SO_BINDTODEVICE 25
#define EFW_SO_MARK 36
#define EFW_SO_BINDTOIFINDEX 62
#define EFW_TCP_REPAIR 19
#define EFW_TCP_ULP 31
#define EFW_UDP_ENCAP 100
#define EFW_PACKET_QDISC_BYPASS 20
#define EFW_IP_ADD_MEMBERSHIP 35
#define EFW_IPV6_ADD_MEMBERSHIP 20

#define EFW_BIT(n) (1ULL << (n))

/*
 * IP_OPTIONS, IP_IPSEC_POLICY, IP_XFRM_POLICY, IP_TRANSPARENT,
 * IP_ADD_SOURCE_MEMBERSHIP, IP_MSFILTER, MCAST_JOIN_GROUP,
 * MCAST_JOIN_SOURCE_GROUP, MCAST_MSFILTER
 */
#define EFW_IP_REFUSED                                                         \
	(EFW_BIT(4) | EFW_BIT(16) | EFW_BIT(17) | EFW_BIT(19) | EFW_BIT(39) | \
	 EFW_BIT(41) | EFW_BIT(42) | EFW_BIT(46) | EFW_BIT(48))

/*
 * IPV6_2292PKTOPTIONS, IPV6_JOIN_ANYCAST, IPV6_IPSEC_POLICY,
 * IPV6_XFRM_POLICY, MCAST_JOIN_GROUP, MCAST_JOIN_SOURCE_GROUP,
 * MCAST_MSFILTER, IPV6_HOPOPTS, IPV6_RTHDRDSTOPTS, IPV6_RTHDR, IPV6_DSTOPTS
 */
#define EFW_IPV6_REFUSED                                                       \
	(EFW_BIT(6) | EFW_BIT(27) | EFW_BIT(34) | EFW_BIT(35) | EFW_BIT(42) | \
	 EFW_BIT(46) | EFW_BIT(48) | EFW_BIT(54) | EFW_BIT(55) | EFW_BIT(57) | \
	 EFW_BIT(59))
#define EFW_IPV6_TRANSPARENT 75

/* A multicast group that a rule names may be joined. */
static __always_inline int efw_group_allowed(const struct efw_view *view,
					     const struct efw_addr *group)
{
	const struct efw_term *term;
	int class = efw_network_class(view, group);

	if (class <= 0)
		return 0;
	term = efw_term_at(view->image->terms, class);
	return term && term->verdict == EFW_TERM_ALLOW;
}

/* 1: the option is refused whatever the policy says; first: of its bytes. */
static __always_inline int efw_option_refused(__s32 level, __u32 name,
					      __u32 first, int has_word)
{
	switch (level) {
	case EFW_SOL_IP:
		return name < 64 && (EFW_IP_REFUSED >> name & 1);
	case EFW_SOL_IPV6:
		return name == EFW_IPV6_TRANSPARENT ||
		       (name < 64 && (EFW_IPV6_REFUSED >> name & 1));
	case EFW_SOL_SOCKET: /* switched off where it is nothing */
		return (name == EFW_SO_BINDTODEVICE && (first & 0xff)) ||
		       ((name == EFW_SO_MARK || name == EFW_SO_BINDTOIFINDEX) &&
			(first || !has_word));
	case EFW_SOL_TCP: /* "tls" encrypts what went through all the hooks */
		return (name == EFW_TCP_REPAIR && (first || !has_word)) ||
		       (name == EFW_TCP_ULP &&
			(first & 0xffffff) != ('t' | 'l' << 8 | 's' << 16));
	case EFW_SOL_UDP:
		return name == EFW_UDP_ENCAP && (first || !has_word);
	case EFW_SOL_PACKET:
		return name == EFW_PACKET_QDISC_BYPASS;
	case EFW_SOL_XDP:
		return 1;
	default:
		return 0;
	}
}

SEC("cgroup/setsockopt")
int efw_setsockopt(struct bpf_sockopt *ctx)
{
	struct efw_process_key process = {};
	struct efw_decision decision;
	struct efw_endpoint option = {};
	const __u8 *bytes = ctx->optval, *end = ctx->optval_end;
	__u32 name = ctx->optname, first = 0;
	struct efw_addr group = {};
	__s32 level = ctx->level, length = ctx->optlen;
	struct efw_view view;
	int known, refused, broadcast, join, has_word;

	ctx->optlen = 0; /* the kernel goes on with the caller's own buffer */

	if (length <= 0)
		return EFW_CG_ALLOW; /* nothing is set */
	has_word = length >= (__s32)sizeof(first);
	if (bytes + sizeof(first) <= end)
		first = *(__u32 *)bytes; /* short ones are filled up with zeroes */
	else
		has_word = 0;

	/*
	 * A subnet's broadcast address looks like any other, so where unnamed
	 * destinations are open datagram sockets are denied the option that
	 * permits broadcasts. (On others it means nothing.)
	 */
	broadcast = level == EFW_SOL_SOCKET && name == EFW_SO_BROADCAST &&
		    has_word && first && ctx->sk &&
		    ctx->sk->type == EFW_SOCK_DGRAM;
	join = (level == EFW_SOL_IP && name == EFW_IP_ADD_MEMBERSHIP) ||
	       (level == EFW_SOL_IPV6 && name == EFW_IPV6_ADD_MEMBERSHIP);
	refused = efw_option_refused(level, name, first, has_word);
	if (!broadcast && !join && !refused)
		return EFW_CG_ALLOW;

	known = efw_begin(&view, efw_own_number(), &decision);
	if (known) {
		if (broadcast && view.image->list_mode != EFW_MODE_DENY_LIST)
			return EFW_CG_ALLOW;
		if (join) {
			if (level == EFW_SOL_IP) {
				group.w[2] = bpf_htonl(0xffff);
				group.w[3] = first;
			} else if (bytes + 16 <= end) {
				__builtin_memcpy(&group, bytes, 16);
			}
			if (efw_group_allowed(&view, &group))
				return EFW_CG_ALLOW;
		}
		decision.reason = EFW_REASON_SOCKET_OPTION;
	}
	option.addr.w[0] = level;
	option.addr.w[1] = name;
	efw_record_process(&view, &process);
	efw_report(&view, &process, EFW_BY_CALLER, EFW_STAGE_SOCKET, &option,
		   &decision);
	return efw_enforce(&decision);
}
