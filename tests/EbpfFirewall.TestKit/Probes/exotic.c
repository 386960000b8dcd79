// SPDX-License-Identifier: MIT
/* Sockets that are neither TCP nor UDP. */
#include "probe.h"

#include <netinet/ip.h>
#include <netinet/ip_icmp.h>

#ifndef IPPROTO_UDPLITE
#define IPPROTO_UDPLITE 136
#endif

static bool send_away(int fd, const void *data, size_t bytes,
		      const struct probe_address *to)
{
	int64_t started = probe_now_us();
	ssize_t sent = sendto(fd, data, bytes, 0,
			      (const struct sockaddr *)&to->raw, to->bytes);

	return probe_step("sendto", sent < 0 ? errno : 0, started, NULL);
}

static uint16_t checksum(const uint8_t *data, size_t bytes)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < bytes; i += 2)
		sum += (uint32_t)data[i] << 8 | data[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum += sum >> 16;
	return htons((uint16_t)~sum);
}

/* Echo request; the kernel fills in ids and checksums where type allows. */
static bool echo_request(enum probe_family family, int type,
			 const struct probe_address *to)
{
	uint8_t packet[24] = {0};
	int v6 = family == PROBE_V6;
	int fd = probe_socket(v6 ? AF_INET6 : AF_INET, type,
			      v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);

	packet[0] = v6 ? 128 : ICMP_ECHO;
	memcpy(packet + 8, probe_payload, probe_payload_bytes);
	if (!v6) {
		uint16_t sum = checksum(packet, sizeof(packet));

		memcpy(packet + 2, &sum, 2);
	}

	return fd >= 0 && send_away(fd, packet, sizeof(packet), to) &&
	       (type == SOCK_RAW || probe_echo(fd, "receive"));
}

/* A whole IPv4 packet of our own, its destination other than sendto's. */
static bool own_header(const struct probe_address *shown,
		       const struct probe_address *real)
{
	uint8_t packet[sizeof(struct iphdr) + 8 + 16] = {0};
	struct iphdr *ip = (struct iphdr *)packet;
	const struct sockaddr_in *to = (const void *)&real->raw;
	int fd = probe_socket(AF_INET, SOCK_RAW, IPPROTO_RAW);

	ip->version = 4;
	ip->ihl = 5;
	ip->ttl = 64;
	ip->protocol = IPPROTO_UDP;
	ip->tot_len = htons(sizeof(packet));
	ip->daddr = to->sin_addr.s_addr;
	return fd >= 0 && send_away(fd, packet, sizeof(packet), shown);
}

static bool udplite(enum probe_family family, const struct probe_address *to,
		    bool connected)
{
	int fd =
		probe_socket(probe_domain(family), SOCK_DGRAM, IPPROTO_UDPLITE);

	if (fd < 0)
		return false;
	if (connected)
		return probe_connect(fd, to, "connect") && probe_exchange(fd);
	return send_away(fd, probe_payload, probe_payload_bytes, to) &&
	       probe_echo(fd, "receive");
}

int probe_exotic(enum probe_family family, int argc, char **argv)
{
	const char *name = argv[0];
	struct probe_address to;

	/* socket FAMILY TYPE PROTOCOL: can it be made at all? */
	if (strcmp(name, "socket") == 0 && argc == 4)
		return probe_socket(atoi(argv[1]), atoi(argv[2]),
				    atoi(argv[3])) < 0;
	if (argc < 2)
		return -1;

	if (strcmp(name, "ping") == 0) {
		to = probe_resolve(family, argv[1], "0");
		return !echo_request(family, SOCK_DGRAM, &to);
	}

	if (strcmp(name, "raw-ping") == 0) {
		to = probe_resolve(family, argv[1], "0");
		return !echo_request(family, SOCK_RAW, &to);
	}

	if (strcmp(name, "raw-own-header") == 0 && argc == 3) {
		struct probe_address real =
			probe_resolve(PROBE_V4, argv[2], "0");

		to = probe_resolve(PROBE_V4, argv[1], "0");
		return !own_header(&to, &real);
	}

	/* raw HOST PROTOCOL: an IP protocol that no other socket speaks. */
	if (strcmp(name, "raw") == 0 && argc == 3) {
		int fd = probe_socket(probe_domain(family), SOCK_RAW,
				      atoi(argv[2]));

		to = probe_resolve(family, argv[1], "0");
		return fd < 0 ||
		       !send_away(fd, probe_payload, probe_payload_bytes, &to);
	}

	if (strncmp(name, "udplite-", 8) == 0 && argc == 3) {
		to = probe_resolve(family, argv[1], argv[2]);
		return !udplite(family, &to, strcmp(name + 8, "connect") == 0);
	}

	return -1;
}
