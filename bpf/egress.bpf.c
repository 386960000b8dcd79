/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Every packet of one attachment, whose number is baked in. Lets pass, without
 * a helper call, what a rule, a name's lease or the mode plainly allows; hands
 * the rest to judge.bpf.c. Small, for it is loaded with every attachment.
 */
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>

#include "lib/calls.h"
#include "lib/counters.h"

/* Addresses farther from their place are judged, as are trees of more levels. */
#define EFW_FAST_PROBES 2

#define EFW_UDP_HEADER 8
#define EFW_TCP_HEADER 20
#define EFW_TCP_FLAGS 13
#define EFW_TCP_SYN_ACK 0x12
#define EFW_IPV4_PLAIN 0x45 /* version 4, no options */
#define EFW_IP_FRAGMENT 0x3fff
#define EFW_LOOPBACK_NET 127

_Static_assert(!(EFW_IPPROTO_TCP & 1) && (EFW_IPPROTO_UDP & 1) &&
		       EFW_PROTO_UDP == EFW_PROTO_TCP + 1,
	       "efw_plain_ports");

const volatile __u32 efw_number SEC(".rodata") = 0;

/* upper, lower: the address in host order, IPv4 mapped. */
struct efw_target {
	__u64 upper;
	__u64 lower;
	__u32 port;
	__u32 protocols;
	int class; /* of the narrowest network */
};

/*
 * 0 when there is anything uncommon about the packet. Numbers instead of
 * branches: the verifier walks what follows once, not once a protocol.
 */
static __always_inline int efw_plain_ports(const struct __sk_buff *skb,
					   const void *transport,
					   const void *end, __u64 protocol,
					   __u32 start,
					   struct efw_target *target)
{
	__u64 neither = (protocol ^ EFW_IPPROTO_TCP) *
			(protocol ^ EFW_IPPROTO_UDP);
	__u64 udp = protocol & 1;
	const __u16 *ports = transport;

	EFW_OPAQUE(neither);
	EFW_OPAQUE(udp);
	if (neither || transport + EFW_UDP_HEADER > end ||
	    skb->len < start + EFW_TCP_HEADER -
			       udp * (EFW_TCP_HEADER - EFW_UDP_HEADER))
		return 0;
	if (!udp) {
		const __u8 *flags = transport + EFW_TCP_FLAGS;

		/* The answer to a connection from outside. */
		if ((void *)(flags + 1) > end ||
		    (*flags & EFW_TCP_SYN_ACK) == EFW_TCP_SYN_ACK)
			return 0;
	}
	target->protocols = EFW_PROTO_TCP + udp;
	target->port = bpf_ntohs(ports[1]);
	return 1;
}

static __always_inline int efw_plain4(const struct __sk_buff *skb,
				      const struct efw_view *view,
				      struct efw_target *target)
{
	const void *end = (void *)(long)skb->data_end;
	const struct iphdr *ip = (void *)(long)skb->data;
	__u32 address;

	if ((void *)(ip + 1) > end || *(__u8 *)ip != EFW_IPV4_PLAIN ||
	    (ip->frag_off & bpf_htons(EFW_IP_FRAGMENT)))
		return 0;
	if (!efw_plain_ports(skb, ip + 1, end, ip->protocol, sizeof(*ip),
			     target))
		return 0;

	address = bpf_ntohl(ip->daddr);
	if (address >> 24 == EFW_LOOPBACK_NET)
		return 0;
	target->upper = 0;
	target->lower = 0xffffULL << 32 | address;
	target->class = efw_walk4(view->index4, view->shift4, address,
				  EFW_FAST_LEVELS4);
	return 1;
}

static __always_inline int efw_plain6(const struct __sk_buff *skb,
				      const struct efw_view *view,
				      struct efw_target *target)
{
	const void *end = (void *)(long)skb->data_end;
	const struct ipv6hdr *ip = (void *)(long)skb->data;
	const struct efw_image *image = view->image;
	const __u32 *root;

	if ((void *)(ip + 1) > end || ip->version != 6)
		return 0;
	if (!efw_plain_ports(skb, ip + 1, end, ip->nexthdr, sizeof(*ip),
			     target))
		return 0;

	target->upper = (__u64)bpf_ntohl(ip->daddr.s6_addr32[0]) << 32 |
			bpf_ntohl(ip->daddr.s6_addr32[1]);
	target->lower = (__u64)bpf_ntohl(ip->daddr.s6_addr32[2]) << 32 |
			bpf_ntohl(ip->daddr.s6_addr32[3]);
	if (!target->upper) /* loopback and mapped addresses among them */
		return 0;
	target->class = 0;
	if (image->slots6 && target->upper >= image->base6) {
		root = efw_slot6(image, target->upper);
		if (!root)
			return 0;
		target->class = efw_walk6(*root, target->upper,
					  EFW_FAST_LEVELS6);
	}
	return 1;
}

/* Whether a term allows and needs nobody else to judge. */
static __always_inline int efw_allows_plainly(const struct efw_term *term)
{
	__u32 word = *(const __u32 *)&term->protocols;

	return (word & 0xff00ff00) == EFW_TERM_ALLOW << 8;
}

_Static_assert(offsetof(struct efw_term, verdict) ==
			       offsetof(struct efw_term, protocols) + 1 &&
		       offsetof(struct efw_term, flags) ==
			       offsetof(struct efw_term, protocols) + 3,
	       "efw_allows_plainly");

/* Whether the first term of a class allows; then its rule. */
static __always_inline int efw_plainly_allowed(const struct efw_view *view,
					       const struct efw_target *target,
					       __u32 class, __s32 *rule)
{
	const struct efw_term *term = efw_term_at(view->image->terms, class);

	if (!term || !efw_allows_plainly(term) ||
	    !efw_term_matches(term, target->port, target->protocols))
		return 0;
	*rule = term->rule;
	return 1;
}

/* The class that the only live lease on a line lends; 0: none does. */
static __always_inline __u32 efw_only_lease(__u32 line)
{
	const volatile struct efw_learned *learned = efw_line(line);
	__u64 lease;

	if (!learned || learned->lease[1])
		return 0;
	lease = learned->lease[0];
	return EFW_LEASE_DEADLINE(lease) > bpf_jiffies64()
		       ? EFW_LEASE_CLASS(lease)
		       : 0;
}

/* Whether what no rule names is open, and nothing is counted there. */
static __always_inline int efw_open_plainly(const struct efw_image *image)
{
	__u16 word = *(const __u16 *)&image->list_mode;

	return (word & (0xff | EFW_METERED << 8)) == EFW_MODE_DENY_LIST;
}

_Static_assert(offsetof(struct efw_image, flags) ==
			       offsetof(struct efw_image, list_mode) + 1 &&
		       offsetof(struct efw_image, list_mode) % 2 == 0,
	       "efw_open_plainly");

/* The reason to let pass what no network rule names. */
static __always_inline enum efw_reason
efw_pass_learned(const struct efw_view *view, const struct efw_target *target,
		 __s32 *rule)
{
	const struct efw_learned_set *set = efw_learned_set(view);
	__u32 lent;
	int line;

	line = efw_probe_learned(set->first, set->mask, set->seed,
				 target->upper, target->lower,
				 EFW_FAST_PROBES);
	if (line == EFW_NOTHING)
		return efw_open_plainly(view->image)
			       ? EFW_REASON_NOT_IN_DENY_LIST
			       : EFW_REASON_NONE;
	lent = line < 0 ? 0 : efw_only_lease(line);
	return lent && efw_plainly_allowed(view, target, lent, rule)
		       ? EFW_REASON_ALLOWED_BY_NAME
		       : EFW_REASON_NONE;
}

/* The reason to let a packet pass; none: it must be judged. */
static __always_inline enum efw_reason
efw_pass(const struct __sk_buff *skb, const struct efw_view *view, __s32 *rule)
{
	struct efw_target target;
	int plain;

	if (skb->protocol == bpf_htons(ETH_P_IP))
		plain = efw_plain4(skb, view, &target);
	else if (skb->protocol == bpf_htons(ETH_P_IPV6))
		plain = efw_plain6(skb, view, &target);
	else
		return EFW_REASON_NONE;
	if (!plain || target.class < 0 ||
	    view->image->list_mode == EFW_MODE_BLOCK_ALL)
		return EFW_REASON_NONE;

	if (!target.class)
		return efw_pass_learned(view, &target, rule);
	return efw_plainly_allowed(view, &target, target.class, rule)
		       ? EFW_REASON_ALLOWED_BY_RULE
		       : EFW_REASON_NONE;
}

SEC("cgroup_skb/egress")
int efw_egress(struct __sk_buff *skb)
{
	enum efw_reason reason;
	struct efw_view view;
	__s32 rule = -1;

	if (efw_look(&view, efw_number)) {
		reason = efw_pass(skb, &view, &rule);
		if (reason != EFW_REASON_NONE) {
			efw_count_packet(&view, rule, reason, skb->len);
			return EFW_CG_ALLOW;
		}
	}

	skb->cb[EFW_CB_NUMBER] = efw_number;
	bpf_tail_call(skb, &efw_calls, EFW_CALL_JUDGE);
	return EFW_CG_DENY;
}

char efw_license[] SEC("license") = "Dual MIT/GPL";
