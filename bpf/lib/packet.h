/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * The endpoints of an outgoing packet, from its headers alone. What cannot be
 * parsed, or could mean another destination than it says, gets a reason.
 */
#ifndef EFW_PACKET_H
#define EFW_PACKET_H

#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>

#include "addr.h"

#define EFW_IP_FRAGMENT 0x3fff /* more-fragments bit and offset */
#define EFW_IPV6_HEADERS_MAX 4
#define EFW_NEXT_HOP_BY_HOP 0
#define EFW_NEXT_ROUTING 43
#define EFW_NEXT_FRAGMENT 44
#define EFW_NEXT_DESTINATION 60

#define EFW_LINEAR_MAX 256 /* headers start before that */

#define EFW_TCP_SYN 0x02
#define EFW_TCP_ACK 0x10

struct efw_packet {
	struct efw_endpoint source;
	struct efw_endpoint dest;
	__u8 tcp_flags;
	__u16 transport; /* where its header begins */
};

/*
 * Copies a header out of the packet: straight from its linear part, where it
 * nearly always is, else with the helper. 0 when the packet ends before.
 */
static __always_inline int efw_load(struct __sk_buff *skb, __u32 offset,
				    void *to, const __u32 size)
{
	void *data = (void *)(long)skb->data;
	void *end = (void *)(long)skb->data_end;

	if (offset <= EFW_LINEAR_MAX && data + offset + size <= end) {
		__builtin_memcpy(to, data + offset, size);
		return 1;
	}
	return !bpf_skb_load_bytes(skb, offset, to, size);
}

/* Ports and flags; the shortest legal header must be there. */
static __always_inline enum efw_reason
efw_parse_transport(struct __sk_buff *skb, __u32 offset, __u8 protocol,
		    struct efw_packet *packet)
{
	__u8 header[20] = {};

	if (protocol == EFW_IPPROTO_TCP) {
		if (!efw_load(skb, offset, header, 20))
			return EFW_REASON_MALFORMED_PACKET;
		packet->tcp_flags = header[13];
	} else if (protocol == EFW_IPPROTO_UDP) {
		if (!efw_load(skb, offset, header, 8))
			return EFW_REASON_MALFORMED_PACKET;
	} else {
		return EFW_REASON_PROTOCOL;
	}

	packet->transport = offset;
	packet->source.port = header[0] << 8 | header[1];
	packet->dest.port = header[2] << 8 | header[3];
	packet->source.protocol = protocol;
	packet->dest.protocol = protocol;
	return EFW_REASON_NONE;
}

static __always_inline enum efw_reason
efw_parse4(struct __sk_buff *skb, __u32 start, struct efw_packet *packet)
{
	struct iphdr ip;

	if (!efw_load(skb, start, &ip, sizeof(ip)) || ip.version != 4 ||
	    ip.ihl < 5)
		return EFW_REASON_MALFORMED_PACKET;
	efw_addr_set4(&packet->source.addr, ip.saddr);
	efw_addr_set4(&packet->dest.addr, ip.daddr);
	packet->dest.protocol = ip.protocol;
	if (ip.ihl > 5)
		return EFW_REASON_IP_OPTIONS; /* source routes among them */
	if (ip.frag_off & bpf_htons(EFW_IP_FRAGMENT))
		return EFW_REASON_FRAGMENT;
	return efw_parse_transport(skb, start + sizeof(ip), ip.protocol,
				   packet);
}

static __always_inline enum efw_reason
efw_parse6(struct __sk_buff *skb, __u32 start, struct efw_packet *packet)
{
	__u32 offset = start + sizeof(struct ipv6hdr);
	struct ipv6hdr ip;
	__u8 next, option[2];

	if (!efw_load(skb, start, &ip, sizeof(ip)) || ip.version != 6)
		return EFW_REASON_MALFORMED_PACKET;
	__builtin_memcpy(&packet->source.addr, &ip.saddr, 16);
	__builtin_memcpy(&packet->dest.addr, &ip.daddr, 16);
	if (efw_is_mapped(&packet->dest.addr))
		return EFW_REASON_MALFORMED_PACKET; /* never on the wire; would be judged as IPv4 */

	next = ip.nexthdr;
	for (int i = 0; i < EFW_IPV6_HEADERS_MAX; i++) {
		packet->dest.protocol = next;
		if (next == EFW_NEXT_ROUTING)
			return EFW_REASON_EXTENSION_HEADER;
		if (next == EFW_NEXT_FRAGMENT)
			return EFW_REASON_FRAGMENT;
		if (next != EFW_NEXT_HOP_BY_HOP && next != EFW_NEXT_DESTINATION)
			return efw_parse_transport(skb, offset, next, packet);
		if (!efw_load(skb, offset, option, sizeof(option)))
			return EFW_REASON_MALFORMED_PACKET;
		next = option[0];
		offset += (option[1] + 1) * 8;
	}
	return EFW_REASON_EXTENSION_HEADER;
}

/* start: where the IP header stands. */
static __always_inline enum efw_reason
efw_parse(struct __sk_buff *skb, __u32 start, struct efw_packet *packet)
{
	switch (skb->protocol) {
	case bpf_htons(ETH_P_IP):
		return efw_parse4(skb, start, packet);
	case bpf_htons(ETH_P_IPV6):
		return efw_parse6(skb, start, packet);
	default:
		return EFW_REASON_FRAME_TYPE;
	}
}

static __always_inline int efw_is_syn(const struct efw_packet *packet)
{
	return packet->dest.protocol == EFW_IPPROTO_TCP &&
	       (packet->tcp_flags & EFW_TCP_SYN);
}

/* Of a listener, to somebody who connects. */
static __always_inline int efw_is_answer(const struct efw_packet *packet)
{
	return efw_is_syn(packet) && (packet->tcp_flags & EFW_TCP_ACK);
}

#endif
