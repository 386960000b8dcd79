/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * One attachment to an interface: what its target sends, and what is sent to
 * it. Which side of the interface that is, user space knows: what a guest sends
 * comes in at the host's end of its veth or tap.
 *   (1) the frame: untagged IPv4 or IPv6, or what neighbours must say
 *   (2) from the target: the decision; allowed flows are noted
 *   (3) to the target: replies on those, and errors about them
 */
#include "lib/flow.h"
#include "lib/link.h"
#include "lib/pulse.h"
#include "lib/report.h"

#define EFW_TC_DENY 2	/* TC_ACT_SHOT */
#define EFW_TC_NEXT (-1) /* TC_ACT_UNSPEC: whoever is attached behind */

#define EFW_IPPROTO_ICMP 1
#define EFW_ICMP_HEADER 8

const volatile struct efw_interface efw_interface SEC(".rodata") = {};

static __always_inline __u32 efw_start(void)
{
	return efw_interface.ethernet ? ETH_HLEN : 0;
}

/* (1) */
static __always_inline enum efw_reason
efw_parse_frame(struct __sk_buff *skb, struct efw_packet *packet,
		int from_target)
{
	__u32 start = efw_start();

	if (skb->vlan_present)
		return EFW_REASON_FRAME_TYPE;
	if ((efw_interface.flags & EFW_LINK_ARP) &&
	    skb->protocol == bpf_htons(ETH_P_ARP) && efw_is_arp(skb, start))
		return EFW_REASON_LINK_CONTROL;
	if ((efw_interface.flags & EFW_LINK_ND) &&
	    skb->protocol == bpf_htons(ETH_P_IPV6) &&
	    (efw_is_nd(skb, start, from_target) || efw_is_mld(skb, start)))
		return EFW_REASON_LINK_CONTROL;
	return efw_parse(skb, start, packet);
}

/* (2) */
static __always_inline void efw_outgoing(const struct efw_view *view,
					 const struct efw_packet *packet,
					 struct efw_decision *decision)
{
	struct efw_flow_key key = {packet->source, packet->dest};
	struct efw_flow *flow;

	if ((efw_interface.flags & EFW_LINK_DHCP) &&
	    efw_is_dhcp_query(packet)) {
		decision->verdict = EFW_ALLOW;
		decision->reason = EFW_REASON_LINK_CONTROL;
		return;
	}

	if (efw_decide(view, &packet->dest, decision))
		return; /* loopback is on no wire */
	if (decision->reason == EFW_REASON_NOT_IN_ALLOW_LIST &&
	    !efw_is_syn(packet)) {
		flow = bpf_map_lookup_elem(&efw_flows, &key);
		if (flow && efw_still_admitted(view, &flow->generation,
					       &packet->dest)) {
			decision->verdict = EFW_ALLOW;
			decision->reason = EFW_REASON_ADMITTED_FLOW;
		}
	}
	efw_fail_open(view, decision);
	if (efw_enforce(decision) == EFW_CG_ALLOW &&
	    !efw_note_flow(view, &key)) {
		decision->verdict = EFW_DENY;
		decision->reason = EFW_REASON_TABLE_FULL;
	}
}

/* An ICMP error quotes the packet that it is about. */
static __always_inline int efw_is_error(__u8 type, int version)
{
	if (version == 6) /* unreachable, too big, time exceeded, parameter */
		return type >= 1 && type <= 4;
	return type == 3 || type == 11 || type == 12;
}

/* Ports of a packet that the target sent, out of an error about it. */
static __always_inline int efw_quoted_ports(struct __sk_buff *skb, __u32 offset,
					    __u8 protocol,
					    struct efw_flow_key *key)
{
	__u8 ports[4];

	if (protocol != EFW_IPPROTO_TCP && protocol != EFW_IPPROTO_UDP)
		return 0;
	if (!efw_load(skb, offset, ports, sizeof(ports)))
		return 0;
	key->local.port = ports[0] << 8 | ports[1];
	key->remote.port = ports[2] << 8 | ports[3];
	key->local.protocol = protocol;
	key->remote.protocol = protocol;
	return 1;
}

static __always_inline int efw_quoted4(struct __sk_buff *skb, __u32 start,
				       struct efw_flow_key *key)
{
	__u32 inner = start + sizeof(struct iphdr) + EFW_ICMP_HEADER;
	struct iphdr ip;
	__u8 type;

	if (!efw_load(skb, start, &ip, sizeof(ip)) || ip.ihl != 5 ||
	    ip.protocol != EFW_IPPROTO_ICMP ||
	    !efw_load(skb, start + sizeof(ip), &type, 1) ||
	    !efw_is_error(type, 4) ||
	    !efw_load(skb, inner, &ip, sizeof(ip)) || ip.ihl != 5)
		return 0;
	efw_addr_set4(&key->local.addr, ip.saddr);
	efw_addr_set4(&key->remote.addr, ip.daddr);
	return efw_quoted_ports(skb, inner + sizeof(ip), ip.protocol, key);
}

static __always_inline int efw_quoted6(struct __sk_buff *skb, __u32 start,
				       struct efw_flow_key *key)
{
	__u32 inner = start + sizeof(struct ipv6hdr) + EFW_ICMP_HEADER;
	struct ipv6hdr ip;
	__u8 type;

	if (!efw_load(skb, start, &ip, sizeof(ip)) ||
	    ip.nexthdr != EFW_IPPROTO_ICMPV6 ||
	    !efw_load(skb, start + sizeof(ip), &type, 1) ||
	    !efw_is_error(type, 6) || !efw_load(skb, inner, &ip, sizeof(ip)))
		return 0;
	__builtin_memcpy(&key->local.addr, &ip.saddr, 16);
	__builtin_memcpy(&key->remote.addr, &ip.daddr, 16);
	return efw_quoted_ports(skb, inner + sizeof(ip), ip.nexthdr, key);
}

/* (3) */
static __always_inline void efw_incoming(struct __sk_buff *skb,
					 const struct efw_view *view,
					 const struct efw_packet *packet,
					 struct efw_decision *decision)
{
	enum efw_reason parsed = decision->reason;
	struct efw_flow_key key = {packet->dest, packet->source};
	int known = 1;

	if (parsed == EFW_REASON_NONE) {
		decision->reason = EFW_REASON_INBOUND;
	} else if (parsed == EFW_REASON_PROTOCOL) {
		known = skb->protocol == bpf_htons(ETH_P_IP)
				? efw_quoted4(skb, efw_start(), &key)
				: efw_quoted6(skb, efw_start(), &key);
	} else {
		return;
	}

	if (known && efw_is_reply(view, &key, efw_interface.udp_ticks)) {
		decision->verdict = EFW_ALLOW;
		decision->reason = EFW_REASON_REPLY;
	} else if ((efw_interface.flags & EFW_LINK_DHCP) &&
		   efw_is_dhcp_reply(packet)) {
		decision->verdict = EFW_ALLOW;
		decision->reason = EFW_REASON_LINK_CONTROL;
	}
}

static __always_inline int efw_judge_frame(struct __sk_buff *skb,
					   int from_target)
{
	struct efw_process_key nobody = {};
	struct efw_packet packet = {};
	struct efw_decision decision;
	struct efw_view view;

	if (efw_begin(&view, efw_interface.number, &decision)) {
		decision.reason = efw_parse_frame(skb, &packet, from_target);
		if (decision.reason == EFW_REASON_LINK_CONTROL)
			decision.verdict = EFW_ALLOW;
		else if (!from_target)
			efw_incoming(skb, &view, &packet, &decision);
		else if (decision.reason == EFW_REASON_NONE)
			efw_outgoing(&view, &packet, &decision);
	}

	efw_count_packet(&view, decision.rule, decision.reason,
			 skb->len - efw_start());
	if (decision.verdict == EFW_ALLOW)
		return EFW_TC_NEXT;
	efw_report(&view, &nobody, EFW_BY_NOBODY, EFW_STAGE_PACKET,
		   &packet.dest, &decision);
	return efw_enforce(&decision) == EFW_CG_ALLOW ? EFW_TC_NEXT
						      : EFW_TC_DENY;
}

SEC("tc")
int efw_from_target(struct __sk_buff *skb)
{
	return efw_judge_frame(skb, 1);
}

SEC("tc")
int efw_to_target(struct __sk_buff *skb)
{
	return efw_judge_frame(skb, 0);
}

char efw_license[] SEC("license") = "Dual MIT/GPL";
