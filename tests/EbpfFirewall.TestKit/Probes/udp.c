// SPDX-License-Identifier: MIT
/* UDP in every way that sends. */
#include "probe.h"

#include <netinet/udp.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

static bool sent(const char *step, ssize_t result, int64_t started)
{
	return probe_step(step, result < 0 ? errno : 0, started, NULL);
}

static bool send_away(int fd, const struct probe_address *to)
{
	int64_t started = probe_now_us();

	return sent("sendto",
		    sendto(fd, probe_payload, probe_payload_bytes, 0,
			   (const struct sockaddr *)&to->raw, to->bytes),
		    started);
}

static bool send_to(int fd, const struct probe_address *to)
{
	return send_away(fd, to) && probe_echo(fd, "receive");
}

static bool send_message(int fd, struct probe_address *to)
{
	struct iovec part = {(void *)probe_payload, probe_payload_bytes};
	struct msghdr message = {.msg_name = &to->raw,
				 .msg_namelen = to->bytes,
				 .msg_iov = &part,
				 .msg_iovlen = 1};
	int64_t started = probe_now_us();

	return sent("sendmsg", sendmsg(fd, &message, 0), started) &&
	       probe_echo(fd, "receive");
}

/* One sendmmsg(2) over all host/port pairs; the detail says how many went. */
static bool send_batch(enum probe_family family, int argc, char **argv)
{
	struct probe_address to[8];
	struct iovec part = {(void *)probe_payload, probe_payload_bytes};
	struct mmsghdr batch[8] = {0};
	int fd = probe_socket(probe_domain(family), SOCK_DGRAM, 0);
	int count = 0;
	int64_t started;
	char text[32];
	int went;

	for (int i = 1; i + 1 < argc && count < 8; i += 2, count++) {
		to[count] = probe_resolve(family, argv[i], argv[i + 1]);
		batch[count].msg_hdr.msg_name = &to[count].raw;
		batch[count].msg_hdr.msg_namelen = to[count].bytes;
		batch[count].msg_hdr.msg_iov = &part;
		batch[count].msg_hdr.msg_iovlen = 1;
	}

	started = probe_now_us();
	went = sendmmsg(fd, batch, count, 0);
	snprintf(text, sizeof(text), "%d of %d", went < 0 ? 0 : went, count);
	if (!probe_step("sendmmsg", went < 0 ? errno : 0, started, text))
		return false;

	for (int i = 0; i < went; i++) {
		if (!probe_echo(fd, "receive"))
			return false;
	}

	return went == count;
}

/* Connected to the first; a datagram with an explicit address to the second.
 * A connected socket hears its peer only, so there is no echo to wait for.
 */
static bool send_elsewhere(enum probe_family family, char **argv)
{
	struct probe_address first = probe_resolve(family, argv[1], argv[2]);
	struct probe_address second = probe_resolve(family, argv[3], argv[4]);
	int fd = probe_socket(probe_domain(family), SOCK_DGRAM, 0);
	int64_t started;

	if (!probe_connect(fd, &first, "first"))
		return false;
	started = probe_now_us();
	return sent("sendto",
		    sendto(fd, probe_payload, probe_payload_bytes, 0,
			   (const struct sockaddr *)&second.raw, second.bytes),
		    started);
}

/* connect to the first, then to the second (with AF_UNSPEC between, or not). */
static bool reconnect(enum probe_family family, char **argv, bool dissolve)
{
	struct probe_address first = probe_resolve(family, argv[1], argv[2]);
	struct probe_address second = probe_resolve(family, argv[3], argv[4]);
	struct sockaddr none = {.sa_family = AF_UNSPEC};
	int fd = probe_socket(probe_domain(family), SOCK_DGRAM, 0);

	return probe_connect(fd, &first, "first") &&
	       (!dissolve || connect(fd, &none, sizeof(none)) == 0) &&
	       probe_connect(fd, &second, "connect") && probe_exchange(fd);
}

/* An IPv4 socket takes an address whose family is AF_UNSPEC as AF_INET. */
static bool send_unspecified_family(int fd, struct probe_address to)
{
	to.raw.ss_family = AF_UNSPEC;
	return send_to(fd, &to);
}

/* Without the option the kernel itself refuses broadcast addresses. */
static bool send_broadcast(int fd, const struct probe_address *to)
{
	int on = 1;
	int64_t started = probe_now_us();

	probe_step("setsockopt",
		   setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on))
			   ? errno
			   : 0,
		   started, NULL);
	return send_away(fd, to);
}

/* Two segments in one super-packet. */
static bool send_segmented(int fd, const struct probe_address *to)
{
	int segment_bytes = (int)probe_payload_bytes;
	char twice[64];
	int64_t started = probe_now_us();

	memcpy(twice, probe_payload, probe_payload_bytes);
	memcpy(twice + probe_payload_bytes, probe_payload, probe_payload_bytes);
	setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &segment_bytes,
		   sizeof(segment_bytes));
	return sent("sendto",
		    sendto(fd, twice, 2 * probe_payload_bytes, 0,
			   (const struct sockaddr *)&to->raw, to->bytes),
		    started) &&
	       probe_echo(fd, "receive");
}

int probe_udp(enum probe_family family, int argc, char **argv)
{
	const char *name = argv[0];
	const char *how = name + 4;
	struct probe_address to;
	int fd;

	if (strncmp(name, "udp-", 4) != 0)
		return -1;
	if (strcmp(how, "sendmmsg") == 0 && argc >= 3)
		return !send_batch(family, argc, argv);
	if (strcmp(how, "sendto-connected") == 0 && argc == 5)
		return !send_elsewhere(family, argv);
	if (strcmp(how, "reconnect") == 0 && argc == 5)
		return !reconnect(family, argv, false);
	if (strcmp(how, "dissolve") == 0 && argc == 5)
		return !reconnect(family, argv, true);
	if (argc != 3)
		return -1;

	if (strncmp(how, "4on6-", 5) == 0) {
		/* An AF_INET address given to an AF_INET6 socket as it is. */
		how += 5;
		to = probe_resolve(PROBE_V4, argv[1], argv[2]);
		fd = probe_socket(AF_INET6, SOCK_DGRAM, 0);
	} else {
		to = probe_resolve(family, argv[1], argv[2]);
		fd = probe_socket(probe_domain(family), SOCK_DGRAM, 0);
	}

	if (fd < 0)
		return 1;
	if (strcmp(how, "connect") == 0)
		return !(probe_connect(fd, &to, "connect") &&
			 probe_exchange(fd));
	if (strcmp(how, "sendto") == 0)
		return !send_to(fd, &to);
	if (strcmp(how, "away") == 0)
		return !send_away(fd, &to);
	if (strcmp(how, "broadcast") == 0)
		return !send_broadcast(fd, &to);
	if (strcmp(how, "sendmsg") == 0)
		return !send_message(fd, &to);
	if (strcmp(how, "unspecified") == 0)
		return !send_unspecified_family(fd, to);
	if (strcmp(how, "segmented") == 0)
		return !send_segmented(fd, &to);
	return -1;
}
