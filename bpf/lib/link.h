/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * What a target must say to its neighbours on the link before it can send
 * anything: ARP (RFC 826), IPv6 neighbour discovery (RFC 4861) with the reports
 * of who listens to its multicast addresses (RFC 3810), DHCP (RFC 2131, RFC
 * 8415). None of it is forwarded by a router.
 */
#ifndef EFW_LINK_H
#define EFW_LINK_H

#include "packet.h"

#define EFW_IPPROTO_ICMPV6 58
#define EFW_ND_HOP_LIMIT 255 /* proves that no router has passed it on */
#define EFW_ND_ROUTER_SOLICITATION 133
#define EFW_ND_ROUTER_ADVERTISEMENT 134
#define EFW_ND_NEIGHBOUR_SOLICITATION 135
#define EFW_ND_NEIGHBOUR_ADVERTISEMENT 136

#define EFW_MLD_HOP_LIMIT 1
#define EFW_MLD_QUERY 130
#define EFW_MLD_DONE 132 /* 131: report */
#define EFW_MLD2_REPORT 143

#define EFW_DHCP_CLIENT 68
#define EFW_DHCP_SERVER 67
#define EFW_DHCP6_CLIENT 546
#define EFW_DHCP6_SERVER 547

/* Of Ethernet and IPv4, as every ARP that anybody means. */
struct efw_arp {
	__be16 hardware;
	__be16 protocol;
	__u8 hardware_bytes;
	__u8 protocol_bytes;
	__be16 operation;
	__u8 addresses[20];
};

static __always_inline int efw_is_arp(struct __sk_buff *skb, __u32 start)
{
	struct efw_arp arp;

	return efw_load(skb, start, &arp, sizeof(arp)) &&
	       arp.hardware == bpf_htons(1) &&
	       arp.protocol == bpf_htons(ETH_P_IP) &&
	       arp.hardware_bytes == 6 && arp.protocol_bytes == 4;
}

/* Type of an ICMPv6 packet behind a hop-by-hop header of the least size. */
struct efw_mld {
	__u8 next;
	__u8 words;
	__u8 options[6];
	__u8 type;
};

static __always_inline int efw_is_mld(struct __sk_buff *skb, __u32 start)
{
	struct efw_mld mld;
	struct ipv6hdr ip;

	return efw_load(skb, start, &ip, sizeof(ip)) &&
	       ip.nexthdr == EFW_NEXT_HOP_BY_HOP &&
	       ip.hop_limit == EFW_MLD_HOP_LIMIT &&
	       (ip.daddr.s6_addr32[0] & bpf_htonl(0xffff0000)) ==
		       bpf_htonl(0xff020000) &&
	       efw_load(skb, start + sizeof(ip), &mld, sizeof(mld)) &&
	       mld.next == EFW_IPPROTO_ICMPV6 && !mld.words &&
	       ((mld.type >= EFW_MLD_QUERY && mld.type <= EFW_MLD_DONE) ||
		mld.type == EFW_MLD2_REPORT);
}

/* A target does not advertise itself as a router. */
static __always_inline int efw_is_nd(struct __sk_buff *skb, __u32 start,
				     int from_target)
{
	struct ipv6hdr ip;
	__u8 type;

	if (!efw_load(skb, start, &ip, sizeof(ip)) ||
	    ip.nexthdr != EFW_IPPROTO_ICMPV6 ||
	    ip.hop_limit != EFW_ND_HOP_LIMIT ||
	    !efw_load(skb, start + sizeof(ip), &type, 1))
		return 0;
	return type == EFW_ND_NEIGHBOUR_SOLICITATION ||
	       type == EFW_ND_NEIGHBOUR_ADVERTISEMENT ||
	       type == EFW_ND_ROUTER_SOLICITATION ||
	       (type == EFW_ND_ROUTER_ADVERTISEMENT && !from_target);
}

/* From the target to all servers of the link; unicast could leave it. */
static __always_inline int efw_is_dhcp_query(const struct efw_packet *packet)
{
	const struct efw_addr *to = &packet->dest.addr;

	if (packet->dest.protocol != EFW_IPPROTO_UDP)
		return 0;
	if (packet->source.port == EFW_DHCP_CLIENT)
		return packet->dest.port == EFW_DHCP_SERVER &&
		       efw_is_mapped(to) && to->w[3] == 0xffffffffU;
	return packet->source.port == EFW_DHCP6_CLIENT &&
	       packet->dest.port == EFW_DHCP6_SERVER &&
	       to->w[0] == bpf_htonl(0xff020000) && !to->w[1] &&
	       to->w[2] == bpf_htonl(1) && to->w[3] == bpf_htonl(0x10002);
}

static __always_inline int efw_is_dhcp_reply(const struct efw_packet *packet)
{
	return packet->dest.protocol == EFW_IPPROTO_UDP &&
	       ((packet->source.port == EFW_DHCP_SERVER &&
		 packet->dest.port == EFW_DHCP_CLIENT) ||
		(packet->source.port == EFW_DHCP6_SERVER &&
		 packet->dest.port == EFW_DHCP6_CLIENT));
}

#endif
