// SPDX-License-Identifier: MIT
// The client. Each work returns what failed, or null.
#include "traffic.h"
#include <signal.h>
#include <sys/time.h>
#include <time.h>

enum { DATAGRAM = 64, CHECK_EVERY = 32 };

struct burst {
	u64 operations, nanoseconds, denied;
};

static struct in_addr server;
static struct in_addr *others;
static u64 state = 1;

static u64 now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static int connect_to(int port)
{
	struct sockaddr_in address = at(server, port);
	int fd = stream_socket();

	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

static const char *request_and_response(u64 length, struct burst *burst)
{
	int fd = connect_to(ECHO);
	char byte = 1;
	u64 start, elapsed;

	if (fd < 0)
		return "connect";
	start = now();
	do {
		if (write(fd, &byte, 1) != 1 || read(fd, &byte, 1) != 1) {
			close(fd);
			return "echo";
		}
		burst->operations++;
		elapsed = now() - start;
	} while (elapsed < length);
	burst->nanoseconds = elapsed;
	close(fd);
	return NULL;
}

// Waits for the server's close, or its backlog would fill up.
static const char *connects(u64 length, struct burst *burst)
{
	u64 start = now(), elapsed;
	char byte;

	do {
		int fd = connect_to(CLOSER);

		if (fd < 0)
			return "connect";
		if (read(fd, &byte, 1)) {
			close(fd);
			return "wait for the close";
		}
		close(fd);
		burst->operations++;
		elapsed = now() - start;
	} while (elapsed < length);
	burst->nanoseconds = elapsed;
	return NULL;
}

// An operation is a byte, and the end is when the last one has been read.
static const char *stream(u64 length, struct burst *burst)
{
	static char buffer[1 << 17];
	int fd = connect_to(SINK);
	u64 start;

	if (fd < 0)
		return "connect";
	start = now();
	do {
		ssize_t sent = write(fd, buffer, sizeof(buffer));

		if (sent <= 0)
			break;
		burst->operations += sent;
	} while (now() - start < length);
	if (shutdown(fd, SHUT_WR) || read(fd, buffer, 1) != 1) {
		close(fd);
		return "stream";
	}
	burst->nanoseconds = now() - start;
	close(fd);
	return NULL;
}

static const char *datagrams(unsigned int count, int connected, u64 length, struct burst *burst)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in address = at(server, DISCARD), *to = connected ? NULL : &address;
	char buffer[DATAGRAM] = "";
	u64 start, elapsed;

	if (fd < 0)
		return "socket";
	if (connected && connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		close(fd);
		return "connect";
	}
	start = now();
	do {
		for (int i = 0; i < CHECK_EVERY; i++) {
			if (count) {
				state = state * 6364136223846793005ULL + 1442695040888963407ULL;
				address.sin_addr = others[((state >> 32) * count) >> 32];
			}
			if (sendto(fd, buffer, sizeof(buffer), 0, (struct sockaddr *)to, to ? sizeof(*to) : 0) < 0) {
				if (errno != EPERM) {
					close(fd);
					return "sendto";
				}
				burst->denied++;
			}
		}
		burst->operations += CHECK_EVERY;
		elapsed = now() - start;
	} while (elapsed < length);
	burst->nanoseconds = elapsed;
	close(fd);
	return NULL;
}

static const char *try(const char *text, struct burst *burst)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(DISCARD) };
	ssize_t sent;

	if (fd < 0 || inet_pton(AF_INET, text, &address.sin_addr) != 1)
		return "try";
	sent = sendto(fd, "", 1, 0, (struct sockaddr *)&address, sizeof(address));
	burst->denied = sent < 0 && errno == EPERM;
	close(fd);
	return sent < 0 && !burst->denied ? "sendto" : NULL;
}

static const char *reach(struct burst *burst)
{
	struct timeval patience = { .tv_usec = 300000 };
	struct sockaddr_in address = at(server, CLOSER);
	int fd = stream_socket();

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)))
		return "reach";
	burst->denied = !!connect(fd, (struct sockaddr *)&address, sizeof(address));
	close(fd);
	return NULL;
}

static const char *obey(const char *line, struct burst *burst)
{
	unsigned int count, ms;
	char text[INET_ADDRSTRLEN];

	errno = 0;
	if (sscanf(line, "rr %u", &ms) == 1)
		return request_and_response(ms * 1000000ULL, burst);
	if (sscanf(line, "connect %u", &ms) == 1)
		return connects(ms * 1000000ULL, burst);
	if (sscanf(line, "stream %u", &ms) == 1)
		return stream(ms * 1000000ULL, burst);
	if (sscanf(line, "udp %u %u", &count, &ms) == 2)
		return datagrams(count, 0, ms * 1000000ULL, burst);
	if (sscanf(line, "send %u", &ms) == 1)
		return datagrams(0, 1, ms * 1000000ULL, burst);
	if (sscanf(line, "try %15s", text) == 1)
		return try(text, burst);
	if (!strcmp(line, "reach\n"))
		return reach(burst);
	errno = EINVAL;
	return line;
}

int be_client(struct in_addr address)
{
	unsigned int count;
	char line[128];

	server = address;
	signal(SIGPIPE, SIG_IGN);
	if (!fgets(line, sizeof(line), stdin) || sscanf(line, "%u", &count) != 1)
		return 64;
	others = calloc(count + 1, sizeof(*others));
	if (!others || fread(others, sizeof(*others), count, stdin) != count)
		die("read the addresses");
	printf("ready %d\n", getpid());
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		struct burst burst = {};
		const char *failed = obey(line, &burst);

		if (failed)
			printf("failed %s: %s\n", failed, strerror(errno));
		else
			printf("%llu %llu %llu\n", burst.operations, burst.nanoseconds, burst.denied);
		fflush(stdout);
	}
	return 0;
}
