// SPDX-License-Identifier: MIT
/* One hand-made DNS query, to see who seems to answer. */
#include "probe.h"

/* A query for the A record; returns its length. */
static size_t build_query(uint8_t *query, const char *name)
{
	static const uint8_t header[12] = {0x12, 0x34, 0x01, 0x00, 0, 1};
	static const uint8_t trailer[5] = {0, 0, 1, 0, 1};
	size_t at = sizeof(header);

	memcpy(query, header, sizeof(header));
	while (*name) {
		size_t label = strcspn(name, ".");

		query[at++] = (uint8_t)label;
		memcpy(query + at, name, label);
		at += label;
		name += label + (name[label] == '.');
	}

	memcpy(query + at, trailer, sizeof(trailer));
	return at + sizeof(trailer);
}

static bool receive(int fd, size_t skip)
{
	uint8_t buffer[4096];
	struct sockaddr_storage from = {0};
	socklen_t from_bytes = sizeof(from);
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	int64_t started = probe_now_us();
	char address[64], text[96];
	ssize_t got;

	if (poll(&ready, 1, PROBE_TIMEOUT_MS) == 0)
		return probe_step("receive", ETIMEDOUT, started, NULL);

	got = recvfrom(fd, buffer, sizeof(buffer), 0, (struct sockaddr *)&from,
		       &from_bytes);
	if (got < (ssize_t)(skip + 12))
		return probe_step("receive", got < 0 ? errno : ECONNRESET,
				  started, NULL);

	if (from_bytes == 0) {
		from_bytes = sizeof(from);
		getpeername(fd, (struct sockaddr *)&from, &from_bytes);
	}

	probe_format(&from, address, sizeof(address));
	snprintf(text, sizeof(text), "%s rcode=%u answers=%u", address,
		 buffer[skip + 3] & 15, buffer[skip + 7]);
	return probe_step("receive", 0, started, text);
}

static bool send_bytes(int fd, const void *data, size_t bytes,
		       const struct probe_address *to)
{
	int64_t started = probe_now_us();
	ssize_t sent = sendto(fd, data, bytes, 0,
			      to ? (const struct sockaddr *)&to->raw : NULL,
			      to ? to->bytes : 0);

	return probe_step("send", sent < 0 ? errno : 0, started, NULL);
}

/* dns-tcp | dns-connect | dns-sendto SERVER NAME */
int probe_dns(enum probe_family family, int argc, char **argv)
{
	struct probe_address to;
	uint8_t query[512];
	size_t bytes;
	int tcp, fd;

	if (strncmp(argv[0], "dns-", 4) != 0 || argc != 3)
		return -1;

	tcp = strcmp(argv[0], "dns-tcp") == 0;
	to = probe_resolve(family, argv[1], "53");
	bytes = build_query(query + 2, argv[2]);
	query[0] = (uint8_t)(bytes >> 8);
	query[1] = (uint8_t)bytes;
	fd = probe_socket(probe_domain(family), tcp ? SOCK_STREAM : SOCK_DGRAM,
			  0);
	if (strcmp(argv[0], "dns-sendto") == 0)
		return !(send_bytes(fd, query + 2, bytes, &to) &&
			 receive(fd, 0));
	if (!probe_connect(fd, &to, "connect"))
		return 1;
	if (tcp)
		return !(send_bytes(fd, query, bytes + 2, NULL) &&
			 receive(fd, 2));
	return !(send_bytes(fd, query + 2, bytes, NULL) && receive(fd, 0));
}
