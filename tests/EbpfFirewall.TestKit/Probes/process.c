// SPDX-License-Identifier: MIT
/* What a process is and does beyond one socket. */
#include "probe.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

/* lookup INDEX COUNT SUFFIX: q<INDEX>-<i>.SUFFIX, one after the other. */
static int lookup(char **argv)
{
	struct addrinfo hints = {.ai_family = AF_INET,
				 .ai_socktype = SOCK_STREAM};
	int answered = 0;

	printf("pid %d index %s\n", getpid(), argv[1]);
	for (int i = 0; i < atoi(argv[2]); i++) {
		struct addrinfo *found = NULL;
		char name[256];

		snprintf(name, sizeof(name), "q%s-%d.%s", argv[1], i, argv[3]);
		if (getaddrinfo(name, "1", &hints, &found) == 0) {
			answered++;
			freeaddrinfo(found);
		}
	}

	return answered == 0;
}

/* swarm PROCESSES COUNT SUFFIX: that many lookup processes at once, each with
 * its own command line.
 */
static int swarm(char **argv)
{
	int processes = atoi(argv[1]);

	fflush(stdout);
	for (int i = 0; i < processes; i++) {
		if (fork() == 0) {
			char index[16];

			snprintf(index, sizeof(index), "%d", i);
			execl("/proc/self/exe", "probe", "lookup", index,
			      argv[2], argv[3], NULL);
			_exit(127);
		}
	}

	while (wait(NULL) > 0)
		;
	return 0;
}

/* Tries the destination by TCP and UDP for as long as it lives. */
static void hammer_forever(const struct probe_address *to)
{
	for (;;) {
		int domain = to->raw.ss_family;
		int tcp = socket(domain, SOCK_STREAM | SOCK_NONBLOCK, 0);
		int udp = socket(domain, SOCK_DGRAM | SOCK_NONBLOCK, 0);
		struct pollfd ready = {.fd = tcp, .events = POLLOUT};

		sendto(udp, probe_payload, probe_payload_bytes, 0,
		       (const struct sockaddr *)&to->raw, to->bytes);
		if (connect(tcp, (const struct sockaddr *)&to->raw,
			    to->bytes) == 0 ||
		    errno == EINPROGRESS) {
			poll(&ready, 1, 20);
			send(tcp, probe_payload, probe_payload_bytes, 0);
		}

		close(tcp);
		close(udp);
	}
}

/* hammer HOST PORT: from this process and from a daemon that outlives it. */
static int hammer(enum probe_family family, char **argv)
{
	struct probe_address to = probe_resolve(family, argv[1], argv[2]);
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	sigaction(SIGHUP, &ignore, NULL);
	sigaction(SIGTERM, &ignore, NULL);
	if (fork() == 0) {
		setsid();
		if (fork() == 0) {
			printf("daemon %d\n", getpid());
			fflush(stdout);
			for (int fd = 0; fd < 3; fd++)
				close(fd);
			hammer_forever(&to);
		}
		_exit(0);
	}

	wait(NULL);
	printf("hammering %d\n", getpid());
	fflush(stdout);
	hammer_forever(&to);
	return 1;
}

/* signals: prints each signal that arrives; SIGTERM ends it with 42. */
static void announce(int signal_number)
{
	char text[32];
	int bytes = snprintf(text, sizeof(text), "signal %d\n", signal_number);

	if (write(1, text, bytes) < 0 || signal_number == SIGTERM)
		_exit(42);
}

static int signals(void)
{
	static const int all[] = {SIGHUP,  SIGINT,  SIGQUIT,
				  SIGUSR1, SIGUSR2, SIGTERM};
	struct sigaction action = {.sa_handler = announce};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		sigaction(all[i], &action, NULL);
	printf("ready\n");
	fflush(stdout);
	for (;;)
		pause();
	return 0;
}

/* state: what the launcher left this process with. */
static int state(void)
{
	DIR *open_files = opendir("/proc/self/fd");
	struct dirent *entry;

	printf("uid %d %d\n", getuid(), geteuid());
	printf("gid %d %d\n", getgid(), getegid());
	printf("groups %d\n", getgroups(0, NULL));
	printf("nonewprivs %d\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	while ((entry = readdir(open_files)) != NULL) {
		int fd = atoi(entry->d_name);

		if (entry->d_name[0] != '.' && fd != dirfd(open_files))
			printf("fd %d\n", fd);
	}

	return 0;
}

int probe_process(enum probe_family family, int argc, char **argv)
{
	const char *name = argv[0];

	if (strcmp(name, "lookup") == 0 && argc == 4)
		return lookup(argv);
	if (strcmp(name, "swarm") == 0 && argc == 4)
		return swarm(argv);
	if (strcmp(name, "hammer") == 0 && argc == 3)
		return hammer(family, argv);
	if (strcmp(name, "signals") == 0)
		return signals();
	if (strcmp(name, "state") == 0)
		return state();
	if (strcmp(name, "arguments") == 0) {
		for (int i = 1; i < argc; i++)
			fwrite(argv[i], 1, strlen(argv[i]) + 1, stdout);
		return 0;
	}

	return -1;
}
