/*
 * Tries destinations without pause, and counts what came of it.
 *
 *   connects listen HIDDEN4 HIDDEN6
 *     Prints a port on which TCP and UDP listen on all addresses. Until standard input ends it accepts; then it prints
 *     how many connections came, and how many packets went by on the loopback interface to the two hidden addresses.
 *
 *   connects try PORT CLASS=ADDRESS...
 *     Until standard input ends it goes round the addresses, four ways each: connects to a port where nobody listens (a
 *     refusal says that the packet arrived), now and then to PORT, a datagram by sendto, a datagram by a socket that is
 *     kept. Then it prints for every class and way: CLASS WAY TRIED PASSED DENIED OTHER ERROR, the last error that was
 *     neither a denial nor a refusal.
 *
 *   connects flood ADDRESS SECONDS
 *     Sends datagrams to the addresses from this one on, another each time, and prints how many were TRIED, and PASSED.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CLASSES_MAX 16
#define ROUNDS_PER_LOOK 16 /* at standard input */
#define ROUNDS_PER_LISTENER 16
#define DEAF_PORT 1
#define LOST_NS 900000000LL /* the kernel sends a lost SYN again after a second */
#define MAYBE_US 20000

enum way { WAY_REFUSED, WAY_LISTENER, WAY_SENDTO, WAY_KEPT, WAYS };

static const char *const way_names[WAYS] = { "connect", "listener", "sendto", "kept" };

struct target {
	const char *class;
	struct sockaddr_in6 deaf6, open6;
	struct sockaddr_in deaf4, open4;
	int family;
	int may_be_cut; /* a policy may change between connect and its packet */
	int sender, kept;
	long tried[WAYS], passed[WAYS], denied[WAYS], other[WAYS];
	int last_error[WAYS];
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int input_ended(int wait_ms)
{
	struct pollfd input = { .fd = 0, .events = POLLIN };

	return poll(&input, 1, wait_ms) > 0;
}

static const struct sockaddr *address_of(const struct target *target, int deaf, socklen_t *size)
{
	*size = target->family == AF_INET ? sizeof(target->deaf4) : sizeof(target->deaf6);
	if (target->family == AF_INET)
		return (const struct sockaddr *)(deaf ? &target->deaf4 : &target->open4);
	return (const struct sockaddr *)(deaf ? &target->deaf6 : &target->open6);
}

static void count(struct target *target, enum way way, int error)
{
	target->tried[way]++;
	if (!error) {
		target->passed[way]++;
	} else if (error == EPERM) {
		target->denied[way]++;
	} else {
		target->other[way]++;
		target->last_error[way] = error;
	}
}

static int new_socket(const struct target *target, int type)
{
	int fd = socket(target->family, type | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket");
	return fd;
}

static void try_connect(struct target *target, enum way way)
{
	const struct timeval maybe = { .tv_usec = MAYBE_US };
	const struct linger at_once = { .l_onoff = 1 };
	int fd = new_socket(target, SOCK_STREAM), error;
	long long begun = now_ns();
	socklen_t size;

	if (target->may_be_cut)
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &maybe, sizeof(maybe));
	if (way == WAY_LISTENER)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	error = connect(fd, address_of(target, way == WAY_REFUSED, &size), size) ? errno : 0;
	if (way == WAY_REFUSED && error == ECONNREFUSED)
		error = 0;
	else if (way == WAY_REFUSED && !error)
		error = EADDRINUSE; /* somebody listens there */
	if (!error && !target->may_be_cut && now_ns() - begun > LOST_NS)
		error = ETIMEDOUT;
	count(target, way, error);
	close(fd);
}

static void send_kept(struct target *target)
{
	socklen_t size;

	if (target->kept < 0) {
		target->kept = new_socket(target, SOCK_DGRAM);
		if (connect(target->kept, address_of(target, 0, &size), size))
			die("connect of a datagram socket");
	}
	if (send(target->kept, "k", 1, 0) == 1) {
		count(target, WAY_KEPT, 0);
		return;
	}
	count(target, WAY_KEPT, errno);
	if (errno != EPERM) { /* ended with the policy that allowed it */
		close(target->kept);
		target->kept = -1;
	}
}

static void round_trip(struct target *target, long round)
{
	socklen_t size;

	try_connect(target, WAY_REFUSED);
	if (round % ROUNDS_PER_LISTENER == 0)
		try_connect(target, WAY_LISTENER);
	const struct sockaddr *open = address_of(target, 0, &size);
	count(target, WAY_SENDTO, sendto(target->sender, "s", 1, 0, open, size) == 1 ? 0 : errno);
	send_kept(target);
}

static void parse(struct target *target, char *argument, int port)
{
	char *address = strchr(argument, '=');

	if (!address)
		exit(2);
	*address++ = 0;
	target->class = argument;
	target->may_be_cut = strncmp(argument, "both", 4) && strncmp(argument, "neither", 7);
	target->family = strchr(address, ':') ? AF_INET6 : AF_INET;
	target->deaf4.sin_family = AF_INET;
	target->deaf4.sin_port = htons(DEAF_PORT);
	target->deaf6.sin6_family = AF_INET6;
	target->deaf6.sin6_port = htons(DEAF_PORT);
	if (target->family == AF_INET ? inet_pton(AF_INET, address, &target->deaf4.sin_addr) != 1
				      : inet_pton(AF_INET6, address, &target->deaf6.sin6_addr) != 1)
		exit(2);
	target->open4 = target->deaf4;
	target->open4.sin_port = htons(port);
	target->open6 = target->deaf6;
	target->open6.sin6_port = htons(port);
	target->sender = new_socket(target, SOCK_DGRAM);
	target->kept = -1;
}

static int try_all(int port, int arguments, char **argument)
{
	static struct target targets[CLASSES_MAX];

	if (arguments > CLASSES_MAX)
		return 2;
	for (int i = 0; i < arguments; i++)
		parse(&targets[i], argument[i], port);

	puts("ready");
	fflush(stdout);
	for (long round = 0; round % ROUNDS_PER_LOOK || !input_ended(0); round++)
		for (int i = 0; i < arguments; i++)
			round_trip(&targets[i], round);

	for (int i = 0; i < arguments; i++)
		for (int way = 0; way < WAYS; way++)
			printf("%s %s %ld %ld %ld %ld %s\n", targets[i].class, way_names[way], targets[i].tried[way],
			       targets[i].passed[way], targets[i].denied[way], targets[i].other[way],
			       targets[i].last_error[way] ? strerrorname_np(targets[i].last_error[way]) : "-");
	return 0;
}

/* Takes only packets to one of two addresses, by the words that tell them from all others in use. */
static int open_recorder(const char *hidden4, const char *hidden6)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (inet_pton(AF_INET, hidden4, &v4) != 1 || inet_pton(AF_INET6, hidden6, &v6) != 1)
		exit(2);
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 0, 2),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 14 + 16),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ntohl(v4.s_addr), 5, 6),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IPV6, 0, 5),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 14 + 24),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ntohl(v6.s6_addr32[0]), 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 14 + 36),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ntohl(v6.s6_addr32[3]), 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 128),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = { .len = sizeof(code) / sizeof(*code), .filter = code };
	struct sockaddr_ll lo = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = if_nametoindex("lo") };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) ||
	    bind(fd, (struct sockaddr *)&lo, sizeof(lo)))
		die("recorder");
	return fd;
}

static int open_listener(int type, int *port)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons(*port) };
	socklen_t size = sizeof(any);
	int fd = socket(AF_INET6, type | SOCK_CLOEXEC, 0), no = 0;

	if (fd < 0 || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no)))
		die("listener");
	if (bind(fd, (struct sockaddr *)&any, size) || (type == SOCK_STREAM && listen(fd, 4096))) {
		close(fd);
		return -1;
	}
	getsockname(fd, (struct sockaddr *)&any, &size);
	*port = ntohs(any.sin6_port);
	return fd;
}

static int listen_to_all(const char *hidden4, const char *hidden6)
{
	int recorder = open_recorder(hidden4, hidden6), tcp, udp, port, client;
	long connections = 0, packets = 0;
	char packet[256];

	do { /* until a port is free for both */
		port = 0;
		tcp = open_listener(SOCK_STREAM, &port);
		udp = open_listener(SOCK_DGRAM, &port);
	} while (tcp < 0 || udp < 0);
	printf("%d\n", port);
	fflush(stdout);

	struct pollfd polled[] = { { .fd = 0, .events = POLLIN }, { .fd = tcp, .events = POLLIN } };

	while (poll(polled, 2, -1) > 0 && !polled[0].revents) {
		client = accept(tcp, 0, 0);
		if (client < 0)
			continue;
		connections++;
		close(client);
	}
	while (recv(recorder, packet, sizeof(packet), MSG_DONTWAIT) > 0)
		packets++;
	printf("%ld %ld\n", connections, packets);
	return 0;
}

static int flood(const char *first, double seconds)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	long long until = now_ns() + (long long)(seconds * 1e9);
	long tried = 0, passed = 0;
	struct in_addr base;

	if (fd < 0 || inet_pton(AF_INET, first, &base) != 1)
		die("flood");
	while (now_ns() < until) {
		to.sin_addr.s_addr = htonl(ntohl(base.s_addr) + (tried++ & 0xffffff));
		if (sendto(fd, "f", 1, 0, (struct sockaddr *)&to, sizeof(to)) == 1 || errno != EPERM)
			passed++;
	}
	printf("%ld %ld\n", tried, passed);
	return 0;
}

int main(int arguments, char **argument)
{
	if (arguments == 4 && !strcmp(argument[1], "listen"))
		return listen_to_all(argument[2], argument[3]);
	if (arguments > 3 && !strcmp(argument[1], "try"))
		return try_all(atoi(argument[2]), arguments - 3, argument + 3);
	if (arguments == 4 && !strcmp(argument[1], "flood"))
		return flood(argument[2], atof(argument[3]));
	return 2;
}
