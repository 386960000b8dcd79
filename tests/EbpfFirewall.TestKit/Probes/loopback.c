// SPDX-License-Identifier: MIT
/* A listener of this very process tree, reached from a child of it. */
#include "probe.h"

#include <signal.h>
#include <sys/wait.h>

static int listener(enum probe_family family, int type,
		    struct probe_address *at, char *port, size_t port_bytes)
{
	int fd = probe_socket(probe_domain(family), type, 0);
	char text[64];

	if (bind(fd, (struct sockaddr *)&at->raw, at->bytes) != 0 ||
	    (type == SOCK_STREAM && listen(fd, 8) != 0) ||
	    getsockname(fd, (struct sockaddr *)&at->raw, &at->bytes) != 0) {
		perror("listener");
		exit(2);
	}

	probe_format(&at->raw, text, sizeof(text));
	snprintf(port, port_bytes, "%s", strrchr(text, ' ') + 1);
	return fd;
}

/* Answers one peer with what it sent. */
static void serve_one(int fd, int type)
{
	char buffer[256];
	struct sockaddr_storage peer;
	socklen_t peer_bytes = sizeof(peer);
	ssize_t got;

	if (type == SOCK_STREAM)
		fd = accept(fd, NULL, NULL);
	got = recvfrom(fd, buffer, sizeof(buffer), 0, (struct sockaddr *)&peer,
		       &peer_bytes);
	if (got > 0 && type == SOCK_STREAM)
		got = send(fd, buffer, got, 0);
	else if (got > 0)
		got = sendto(fd, buffer, got, 0, (struct sockaddr *)&peer,
			     peer_bytes);
	_exit(got > 0 ? 0 : 1);
}

/* own-listener tcp|udp LISTEN CONNECT: listen on one address, go to another. */
int probe_loopback(enum probe_family family, int argc, char **argv)
{
	struct probe_address at, to;
	char port[16];
	int type, fd;
	bool reached;
	pid_t server;

	if (strcmp(argv[0], "own-listener") != 0 || argc != 4)
		return -1;

	type = strcmp(argv[1], "udp") == 0 ? SOCK_DGRAM : SOCK_STREAM;
	at = probe_resolve(family, argv[2], "0");
	fd = listener(family, type, &at, port, sizeof(port));
	server = fork();
	if (server == 0)
		serve_one(fd, type);

	to = probe_resolve(family, argv[3], port);
	fd = probe_socket(probe_domain(family), type, 0);
	reached = probe_connect(fd, &to, "connect") && probe_exchange(fd);
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	return !reached;
}
