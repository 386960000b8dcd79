// SPDX-License-Identifier: MIT
#include "probe.h"

#include <signal.h>

const char probe_payload[] = "probe-payload";
const size_t probe_payload_bytes = sizeof(probe_payload) - 1;

int64_t probe_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

bool probe_step(const char *name, int error, int64_t started_us,
		const char *detail)
{
	const char *text = error ? strerrorname_np(error) : "OK";

	printf("%s %s %lld%s%s\n", name, text ? text : "E?",
	       (long long)(probe_now_us() - started_us), detail ? " " : "",
	       detail ? detail : "");
	fflush(stdout);
	return error == 0;
}

int probe_domain(enum probe_family family)
{
	return family == PROBE_V4 ? AF_INET : AF_INET6;
}

struct probe_address probe_resolve(enum probe_family family, const char *host,
				   const char *port)
{
	struct probe_address result = {.bytes = 0};
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
				 .ai_flags = AI_NUMERICSERV};
	struct addrinfo *found = NULL;
	int64_t started = probe_now_us();
	int status;

	hints.ai_family = family == PROBE_V6 ? AF_INET6 : AF_INET;
	status = getaddrinfo(host, port, &hints, &found);
	if (status != 0) {
		printf("resolve %s %lld\n",
		       status == EAI_NONAME ? "NONAME" : gai_strerror(status),
		       (long long)(probe_now_us() - started));
		exit(1);
	}

	memcpy(&result.raw, found->ai_addr, found->ai_addrlen);
	result.bytes = found->ai_addrlen;
	if (family == PROBE_MAPPED) {
		struct sockaddr_in *v4 = (struct sockaddr_in *)found->ai_addr;
		struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
					  .sin6_port = v4->sin_port};

		v6.sin6_addr.s6_addr[10] = 0xff;
		v6.sin6_addr.s6_addr[11] = 0xff;
		memcpy(&v6.sin6_addr.s6_addr[12], &v4->sin_addr, 4);
		memcpy(&result.raw, &v6, sizeof(v6));
		result.bytes = sizeof(v6);
	}

	freeaddrinfo(found);
	return result;
}

void probe_format(const struct sockaddr_storage *address, char *text,
		  size_t bytes)
{
	char host[INET6_ADDRSTRLEN] = "?";
	const struct sockaddr_in *v4 = (const void *)address;
	const struct sockaddr_in6 *v6 = (const void *)address;

	if (address->ss_family == AF_INET6) {
		inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof(host));
		snprintf(text, bytes, "%s %u", host, ntohs(v6->sin6_port));
	} else {
		inet_ntop(AF_INET, &v4->sin_addr, host, sizeof(host));
		snprintf(text, bytes, "%s %u", host, ntohs(v4->sin_port));
	}
}

int probe_socket(int domain, int type, int protocol)
{
	int64_t started = probe_now_us();
	int fd = socket(domain, type | SOCK_CLOEXEC, protocol);

	probe_step("socket", fd < 0 ? errno : 0, started, NULL);
	return fd;
}

/* Non-blocking underneath, so that silence ends as ETIMEDOUT here. */
bool probe_connect(int fd, const struct probe_address *to, const char *step)
{
	struct sockaddr_storage peer = {0};
	socklen_t peer_bytes = sizeof(peer);
	struct timeval limit = {.tv_sec = PROBE_TIMEOUT_MS / 1000};
	char text[64];
	int64_t started = probe_now_us();

	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(fd, (const struct sockaddr *)&to->raw, to->bytes) != 0)
		return probe_step(step,
				  errno == EINPROGRESS ? ETIMEDOUT : errno,
				  started, NULL);

	getpeername(fd, (struct sockaddr *)&peer, &peer_bytes);
	probe_format(&peer, text, sizeof(text));
	return probe_step(step, 0, started, text);
}

bool probe_echo(int fd, const char *step)
{
	char buffer[2048];
	struct sockaddr_storage from = {0};
	socklen_t from_bytes = sizeof(from);
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	char text[64];
	int64_t started = probe_now_us();
	ssize_t got;

	if (poll(&ready, 1, PROBE_TIMEOUT_MS) == 0)
		return probe_step(step, ETIMEDOUT, started, NULL);

	got = recvfrom(fd, buffer, sizeof(buffer), 0, (struct sockaddr *)&from,
		       &from_bytes);
	if (got < 0)
		return probe_step(step, errno, started, NULL);
	if (got == 0)
		return probe_step(step, ECONNRESET, started, NULL);

	if (from_bytes == 0) {
		from_bytes = sizeof(from);
		getpeername(fd, (struct sockaddr *)&from, &from_bytes);
	}

	probe_format(&from, text, sizeof(text));
	return probe_step(step, 0, started, text);
}

bool probe_exchange(int fd)
{
	int64_t started = probe_now_us();
	ssize_t sent = send(fd, probe_payload, probe_payload_bytes, 0);

	return probe_step("send", sent < 0 ? errno : 0, started, NULL) &&
	       probe_echo(fd, "receive");
}

int main(int argc, char **argv)
{
	typedef int group(enum probe_family, int, char **);
	static group *const groups[] = {
		probe_tcp,	probe_udp, probe_options, probe_exotic,
		probe_loopback, probe_dns, probe_process, probe_escape,
	};
	enum probe_family family = PROBE_V4;
	int first = 1;

	signal(SIGPIPE, SIG_IGN);
	if (argc > first && argv[first][0] == '-') {
		family = argv[first][1] == '6'	 ? PROBE_V6
			 : argv[first][1] == 'm' ? PROBE_MAPPED
						 : PROBE_V4;
		first++;
	}

	for (size_t i = 0; argc > first && i < sizeof(groups) / sizeof(*groups);
	     i++) {
		int status = groups[i](family, argc - first, argv + first);

		if (status >= 0)
			return status;
	}

	fprintf(stderr, "usage: probe [-4|-6|-m] attempt argument...\n");
	return 2;
}
