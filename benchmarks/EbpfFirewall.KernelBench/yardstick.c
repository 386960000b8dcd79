// SPDX-License-Identifier: MIT
// The same work in C over libbpf. usage: yardstick OBJECT WORKLOAD COUNT; prints nanoseconds, a check sum and what was lost;
// for "events" also the nanoseconds that the reader computed.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

typedef unsigned long long u64;
enum { BATCH = 4096 };

static u64 read_clock(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static u64 now(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

static struct bpf_object *load(const char *path, int small)
{
	struct bpf_object *object = bpf_object__open_file(path, NULL);

	// Memory for large maps would drown what the loader does.
	if (object && small) {
		bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "table"), 1024);
		bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "ring"), 4096);
	}
	if (!object || bpf_object__load(object)) {
		fprintf(stderr, "yardstick: cannot load %s\n", path);
		exit(1);
	}
	return object;
}

static void fill(int map, u64 count)
{
	static u64 keys[BATCH], values[BATCH];

	for (u64 at = 0; at < count; at += BATCH) {
		__u32 size = count - at < BATCH ? count - at : BATCH;

		for (__u32 i = 0; i < size; i++)
			keys[i] = values[i] = at + i;
		if (bpf_map_update_batch(map, keys, values, &size, NULL))
			exit(2);
	}
}

struct ring {
	u64 *consumer, *producer, size, seen, sum;
	char *data;
};

enum { RUN = 4096, GATHER_US = 2000 };

static struct ring map_ring(struct bpf_object *object)
{
	const struct bpf_map *ring = bpf_object__find_map_by_name(object, "ring");
	const long page = sysconf(_SC_PAGESIZE);
	const u64 size = bpf_map__max_entries(ring);
	const int map = bpf_map__fd(ring);
	char *pages = mmap(NULL, page + 2 * size, PROT_READ, MAP_SHARED, map, page);

	return (struct ring){
		.size = size,
		.consumer = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0),
		.producer = (u64 *)pages,
		.data = pages + page,
	};
}

static void read_ring(struct ring *ring)
{
	u64 end = __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE), at = *ring->consumer;

	while (at < end) {
		char *record = ring->data + (at & (ring->size - 1));
		__u32 length = __atomic_load_n((__u32 *)record, __ATOMIC_ACQUIRE);

		if (length & (1u << 31))
			break;
		if (!(length & (1u << 30))) {
			ring->sum += *(u64 *)(record + 8);
			ring->seen++;
		}
		at += ((length & ~(3u << 30)) + 8 + 7) & ~7ULL;
	}
	__atomic_store_n(ring->consumer, at, __ATOMIC_RELEASE);
}

static int take(void *context, void *data, size_t size)
{
	struct ring *ring = context;

	ring->sum += *(u64 *)data;
	ring->seen++;
	return 0;
}

static void run(int program, __u32 repeat)
{
	char packet[64] = { [12] = 8 };
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = packet, .data_size_in = sizeof(packet), .repeat = repeat);

	if (bpf_prog_test_run_opts(program, &options))
		exit(3);
}

struct stream {
	int program;
	__u32 runs;
	int ended, wake;
};

static void *produce(void *argument)
{
	struct stream *stream = argument;

	run(stream->program, stream->runs);
	__atomic_store_n(&stream->ended, 1, __ATOMIC_RELEASE);
	eventfd_write(stream->wake, 1);
	return NULL;
}

// As the firewall reads its events: sleeps until there is one, then lets them gather for two milliseconds at a time.
static void work_events(struct bpf_object *object, u64 count)
{
	struct stream stream = {
		.program = bpf_program__fd(bpf_object__find_program_by_name(object, "stream")),
		.runs = count / RUN,
		.wake = eventfd(0, 0),
	};
	struct epoll_event record = { .events = EPOLLIN }, wake = { .events = EPOLLIN }, ready;
	struct ring ring = map_ring(object);
	int queue = epoll_create1(0), ended;
	pthread_t producer;
	u64 start = now(), computed = read_clock(CLOCK_THREAD_CPUTIME_ID);

	if (epoll_ctl(queue, EPOLL_CTL_ADD, bpf_object__find_map_fd_by_name(object, "ring"), &record) ||
	    epoll_ctl(queue, EPOLL_CTL_ADD, stream.wake, &wake))
		exit(4);
	pthread_create(&producer, NULL, produce, &stream);
	do {
		epoll_wait(queue, &ready, 1, -1);
		ended = __atomic_load_n(&stream.ended, __ATOMIC_ACQUIRE);
		read_ring(&ring);
		if (!ended)
			usleep(GATHER_US);
	} while (!ended);
	start = now() - start;
	computed = read_clock(CLOCK_THREAD_CPUTIME_ID) - computed;
	pthread_join(producer, NULL);
	printf("%llu %llu %llu %llu\n", start, ring.sum, count / RUN * RUN - ring.seen, computed);
	exit(0);
}

// Drains a ring that was filled before, or (stream) one that another thread fills meanwhile, with a look every millisecond.
static void work_ring(struct bpf_object *object, const char *work, u64 count)
{
	const int map = bpf_object__find_map_fd_by_name(object, "ring");
	const int fill = bpf_program__fd(bpf_object__find_program_by_name(object, "fill"));
	struct ring ring = map_ring(object);
	struct ring_buffer *reader = strstr(work, "libbpf") ? ring_buffer__new(map, take, &ring, NULL) : NULL;
	u64 elapsed = 0, start;

	if (strncmp(work, "stream", 6)) {
		while (ring.seen < count) {
			run(fill, 1);
			start = now();
			if (reader)
				ring_buffer__consume(reader);
			else
				read_ring(&ring);
			elapsed += now() - start;
		}
	} else {
		struct stream stream = {
			.program = bpf_program__fd(bpf_object__find_program_by_name(object, "stream")),
			.runs = count / RUN,
			.wake = -1,
		};
		pthread_t producer;
		int ended;

		start = now();
		pthread_create(&producer, NULL, produce, &stream);
		do {
			usleep(1000);
			ended = __atomic_load_n(&stream.ended, __ATOMIC_ACQUIRE);
			if (reader)
				ring_buffer__consume(reader);
			else
				read_ring(&ring);
		} while (!ended);
		elapsed = now() - start;
		pthread_join(producer, NULL);
		printf("%llu 0 %llu\n", elapsed, count / RUN * RUN - ring.seen);
		exit(0);
	}
	printf("%llu %llu 0\n", elapsed, ring.sum);
	exit(0);
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 64;
	const char *path = argv[1], *work = argv[2];
	u64 count = strtoull(argv[3], NULL, 10), sum = 0, start;

	if (!strcmp(work, "load")) {
		// The first load reads the kernel's types and probes its features; it is paid once a process on both sides.
		bpf_object__close(load(path, 1));
		start = now();
		for (u64 i = 0; i < count; i++)
			bpf_object__close(load(path, 1));
		printf("%llu 0 0\n", now() - start);
		return 0;
	}
	struct bpf_object *object = load(path, 0);
	int map = bpf_object__find_map_fd_by_name(object, "table");

	if (!strcmp(work, "events"))
		work_events(object, count);
	if (strstr(work, "ring") || strstr(work, "stream"))
		work_ring(object, work, count);
	if (!strcmp(work, "lookup") || !strcmp(work, "iterate"))
		fill(map, count);
	start = now();
	if (!strcmp(work, "update")) {
		for (u64 i = 0; i < count; i++)
			if (bpf_map_update_elem(map, &i, &i, BPF_ANY))
				return 2;
	} else if (!strcmp(work, "batch")) {
		fill(map, count);
	} else if (!strcmp(work, "lookup")) {
		for (u64 i = 0, value; i < count; i++)
			if (!bpf_map_lookup_elem(map, &i, &value))
				sum += value;
	} else if (!strcmp(work, "iterate")) {
		static u64 keys[BATCH], values[BATCH];
		__u32 cursor = 0, size, first = 1;
		int error;

		do {
			size = BATCH;
			error = bpf_map_lookup_batch(map, first ? NULL : &cursor, &cursor, keys, values, &size, NULL);
			first = 0;
			for (__u32 i = 0; i < size; i++)
				sum += values[i];
		} while (!error);
	} else {
		return 64;
	}
	printf("%llu %llu 0\n", now() - start, sum);
	return 0;
}
