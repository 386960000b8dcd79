/* SPDX-License-Identifier: MIT */
/* Socket probes for the integration suite. One process makes one attempt, or a
 * short series of them, and prints one line per step:
 *
 *   <step> <errno name, or OK> <microseconds> [detail]
 *
 * The process exits with 0 when the attempt reached its destination (an answer
 * came back, or the kernel took a packet that nobody answers), else with 1.
 */
#ifndef PROBE_H
#define PROBE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* How long an answer may take; a denial must never need it. */
#define PROBE_TIMEOUT_MS 3000

/* The payload; echo servers send it back. */
extern const char probe_payload[];
extern const size_t probe_payload_bytes;

/* How a host argument becomes a socket address. */
enum probe_family {
	PROBE_V4,     /* AF_INET */
	PROBE_V6,     /* AF_INET6 */
	PROBE_MAPPED, /* an IPv4 address as ::ffff:a.b.c.d on an AF_INET6 socket
		       */
};

struct probe_address {
	struct sockaddr_storage raw;
	socklen_t bytes;
};

int64_t probe_now_us(void);

/* Prints a step. error is 0 or an errno; returns true when it is 0. */
bool probe_step(const char *name, int error, int64_t started_us,
		const char *detail);

/* Resolves host (a literal or a name) for the family; exits when it cannot. */
struct probe_address probe_resolve(enum probe_family family, const char *host,
				   const char *port);

/* "address port", numeric. */
void probe_format(const struct sockaddr_storage *address, char *text,
		  size_t bytes);

/* socket(2) as a step; -1 when refused. */
int probe_socket(int domain, int type, int protocol);

/* connect(2) as a step, waiting at most PROBE_TIMEOUT_MS. */
bool probe_connect(int fd, const struct probe_address *to, const char *step);

/* send(2) of the payload on a connected socket, and its echo. */
bool probe_exchange(int fd);

/* The echo alone; prints where it came from. */
bool probe_echo(int fd, const char *step);

int probe_domain(enum probe_family family);

/* Each runs the attempt named by argv[0]; -1 when it does not know the name. */
int probe_tcp(enum probe_family family, int argc, char **argv);
int probe_udp(enum probe_family family, int argc, char **argv);
int probe_options(enum probe_family family, int argc, char **argv);
int probe_exotic(enum probe_family family, int argc, char **argv);
int probe_loopback(enum probe_family family, int argc, char **argv);
int probe_dns(enum probe_family family, int argc, char **argv);
int probe_process(enum probe_family family, int argc, char **argv);
int probe_escape(enum probe_family family, int argc, char **argv);

#endif
