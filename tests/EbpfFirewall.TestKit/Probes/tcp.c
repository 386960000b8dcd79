// SPDX-License-Identifier: MIT
/* TCP in every way that connects. */
#include "probe.h"

#include <netinet/tcp.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

static bool connect_and_exchange(int fd, const struct probe_address *to)
{
	return fd >= 0 && probe_connect(fd, to, "connect") &&
	       probe_exchange(fd);
}

/* One socket: connect to the first, dissolve, connect to the second. */
static bool reconnect(enum probe_family family, char **argv)
{
	struct probe_address first = probe_resolve(family, argv[1], argv[2]);
	struct probe_address second = probe_resolve(family, argv[3], argv[4]);
	struct sockaddr none = {.sa_family = AF_UNSPEC};
	int fd = probe_socket(probe_domain(family), SOCK_STREAM, 0);
	int64_t started;

	if (!probe_connect(fd, &first, "first"))
		return false;

	started = probe_now_us();
	if (!probe_step("dissolve",
			connect(fd, &none, sizeof(none)) ? errno : 0, started,
			NULL))
		return false;
	return connect_and_exchange(fd, &second);
}

/* The SYN carries data: the connection begins inside sendto(2). */
static bool send_with_syn(int fd, const struct probe_address *to)
{
	int64_t started = probe_now_us();
	ssize_t sent =
		sendto(fd, probe_payload, probe_payload_bytes, MSG_FASTOPEN,
		       (const struct sockaddr *)&to->raw, to->bytes);

	return probe_step("sendto", sent < 0 ? errno : 0, started, NULL) &&
	       probe_echo(fd, "receive");
}

int probe_tcp(enum probe_family family, int argc, char **argv)
{
	const char *name = argv[0];
	struct probe_address to;
	int domain = probe_domain(family);
	int on = 1;
	int fd;

	if (strncmp(name, "tcp", 3) != 0 && strcmp(name, "mptcp") != 0)
		return -1;
	if (argc == 5 && strcmp(name, "tcp-reconnect") == 0)
		return !reconnect(family, argv);
	if (argc != 3)
		return -1;

	to = probe_resolve(family, argv[1], argv[2]);
	if (strcmp(name, "mptcp") == 0)
		return !connect_and_exchange(
			probe_socket(domain, SOCK_STREAM, IPPROTO_MPTCP), &to);

	fd = probe_socket(domain, SOCK_STREAM, 0);
	if (strcmp(name, "tcp") == 0)
		return !connect_and_exchange(fd, &to);
	if (strcmp(name, "tcp-fastopen-connect") == 0) {
		setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on,
			   sizeof(on));
		return !connect_and_exchange(fd, &to);
	}
	if (strcmp(name, "tcp-fastopen-sendto") == 0)
		return fd < 0 || !send_with_syn(fd, &to);
	return -1;
}
