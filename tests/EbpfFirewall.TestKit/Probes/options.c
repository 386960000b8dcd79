// SPDX-License-Identifier: MIT
/* Datagrams whose header says more than their destination address, so that the
 * address given to sendto(2) and the one on the wire differ. Nobody answers
 * them: taken by the kernel counts as gone.
 */
#include "probe.h"

#include <linux/seg6.h>

#define LOOSE_SOURCE_ROUTE 131

static bool send_away(int fd, const struct probe_address *to)
{
	int64_t started = probe_now_us();
	ssize_t sent = sendto(fd, probe_payload, probe_payload_bytes, 0,
			      (const struct sockaddr *)&to->raw, to->bytes);

	return probe_step("sendto", sent < 0 ? errno : 0, started, NULL);
}

/* Loose source route (RFC 791): the packet goes to `via`, which forwards it. */
static bool source_route(const struct probe_address *to,
			 const struct probe_address *via)
{
	const struct sockaddr_in *hop = (const void *)&via->raw;
	uint8_t option[8] = {LOOSE_SOURCE_ROUTE, 7, 4};
	int fd = probe_socket(AF_INET, SOCK_DGRAM, 0);
	int64_t started = probe_now_us();

	memcpy(option + 3, &hop->sin_addr, 4);
	if (!probe_step("setsockopt",
			setsockopt(fd, IPPROTO_IP, IP_OPTIONS, option,
				   sizeof(option))
				? errno
				: 0,
			started, NULL))
		return false;
	return send_away(fd, to);
}

/* Segment routing header (RFC 8754): the same for IPv6, no privilege needed. */
static bool segment_route(const struct probe_address *to,
			  const struct probe_address *via)
{
	struct {
		struct ipv6_sr_hdr header;
		struct in6_addr segments[2];
	} route = {.header = {.hdrlen = 4,
			      .type = 4,
			      .segments_left = 1,
			      .first_segment = 1}};
	const struct sockaddr_in6 *last = (const void *)&to->raw;
	const struct sockaddr_in6 *hop = (const void *)&via->raw;
	int fd = probe_socket(AF_INET6, SOCK_DGRAM, 0);
	int64_t started = probe_now_us();

	route.segments[0] = last->sin6_addr;
	route.segments[1] = hop->sin6_addr;
	if (!probe_step("setsockopt",
			setsockopt(fd, IPPROTO_IPV6, IPV6_RTHDR, &route,
				   sizeof(route))
				? errno
				: 0,
			started, NULL))
		return false;
	return send_away(fd, to);
}

int probe_options(enum probe_family family, int argc, char **argv)
{
	struct probe_address to, via;

	if (strcmp(argv[0], "source-route") != 0 || argc != 4)
		return -1;

	to = probe_resolve(family, argv[1], argv[2]);
	via = probe_resolve(family, argv[3], argv[2]);
	return family == PROBE_V6 ? !segment_route(&to, &via)
				  : !source_route(&to, &via);
}
