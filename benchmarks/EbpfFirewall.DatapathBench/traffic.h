// SPDX-License-Identifier: MIT
// What the parts of traffic share.
#ifndef TRAFFIC_H
#define TRAFFIC_H

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef unsigned long long u64;
enum { ECHO = 7001, SINK, CLOSER, DISCARD }; // ports

__attribute__((noreturn)) static inline void die(const char *what)
{
	fprintf(stderr, "traffic: %s: %s\n", what, strerror(errno));
	exit(1);
}

static inline struct sockaddr_in at(struct in_addr address, int port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = address };
}

static inline int stream_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	if (fd >= 0)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

int serve(struct in_addr server);
int be_client(struct in_addr server);

#endif
