// SPDX-License-Identifier: MIT
// The server: a process for each role, so that nothing is multiplexed.
#include "traffic.h"
#include <signal.h>
#include <sys/prctl.h>

enum { ROLES = 3 };

static void serve_one(int role, int fd)
{
	static char buffer[1 << 18];
	ssize_t length;

	if (role == ECHO)
		while (read(fd, buffer, 1) == 1 && write(fd, buffer, 1) == 1)
			;
	if (role == SINK) {
		do
			length = read(fd, buffer, sizeof(buffer));
		while (length > 0);
		length = write(fd, buffer, 1); // all of it has come
	}
	close(fd);
}

static pid_t start_role(struct in_addr server, int role)
{
	struct sockaddr_in address = at(server, role);
	int fd = stream_socket(), one = 1;
	pid_t pid;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 128))
		die("listen");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid) {
		close(fd);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		int peer = accept(fd, NULL, NULL);

		if (peer >= 0)
			serve_one(role, peer);
	}
}

int serve(struct in_addr server)
{
	pid_t roles[ROLES];
	char byte;

	for (int i = 0; i < ROLES; i++)
		roles[i] = start_role(server, ECHO + i);
	printf("ready %d %d %d\n", roles[0], roles[1], roles[2]);
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	for (int i = 0; i < ROLES; i++)
		kill(roles[i], SIGKILL);
	return 0;
}
