// SPDX-License-Identifier: MIT
// Makes traffic between two network namespaces, in bursts of a given length.
//   traffic serve ADDRESS               echoes, swallows and closes; prints "ready" and its processes, ends when its input does
//   traffic client ADDRESS              takes commands, see below
//   traffic schedule CPU PID...         puts processes on one CPU, in real time: nothing but an interrupt gets between
// A client first reads a count and as many addresses of four bytes each. Then, a line each: "rr MS", "connect MS", "stream MS",
// "udp N MS" (to the first N of the addresses, in no order; 0: to the server), "send MS" (the last on a connected socket),
// "try ADDRESS" (one datagram) or "reach" (one connection). It answers "OPERATIONS NANOSECONDS DENIED"
// or "failed WHAT: WHY"; the last two are answered by 0, or by 1 as DENIED.
#include "traffic.h"
#include <sched.h>

enum { PRIORITY = 50 };

static int schedule(int cpu, char **pids, int count)
{
	struct sched_param parameters = { .sched_priority = PRIORITY };
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	for (int i = 0; i < count; i++)
		if (sched_setaffinity(atoi(pids[i]), sizeof(set), &set) ||
		    sched_setscheduler(atoi(pids[i]), SCHED_FIFO, &parameters))
			die(pids[i]);
	return 0;
}

int main(int argc, char **argv)
{
	struct in_addr server;

	if (argc >= 4 && !strcmp(argv[1], "schedule"))
		return schedule(atoi(argv[2]), argv + 3, argc - 3);
	if (argc != 3 || inet_pton(AF_INET, argv[2], &server) != 1)
		return 64;
	return !strcmp(argv[1], "serve") ? serve(server) : be_client(server);
}
