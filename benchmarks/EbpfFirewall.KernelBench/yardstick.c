// SPDX-License-Identifier: MIT
// The same work in C over libbpf. usage: yardstick OBJECT WORKLOAD COUNT; prints nanoseconds and a check sum.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

typedef unsigned long long u64;
enum { BATCH = 4096 };

static u64 now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
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

static u64 read_ring(int map, int program, u64 count, u64 *sum)
{
	const long page = sysconf(_SC_PAGESIZE), size = 16 << 20;
	u64 *consumer = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
	char *pages = mmap(NULL, page + 2 * size, PROT_READ, MAP_SHARED, map, page);
	u64 *producer = (u64 *)pages, elapsed = 0;
	char packet[64] = { 0 };

	packet[12] = 8;
	for (u64 seen = 0; seen < count;) {
		LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = packet, .data_size_in = sizeof(packet));

		if (bpf_prog_test_run_opts(program, &options))
			exit(3);
		u64 start = now(), end = __atomic_load_n(producer, __ATOMIC_ACQUIRE), at = *consumer;

		while (at < end) {
			char *record = pages + page + (at & (size - 1));
			__u32 length = __atomic_load_n((__u32 *)record, __ATOMIC_ACQUIRE);

			if (length & (1u << 31))
				break;
			if (!(length & (1u << 30))) {
				*sum += *(u64 *)(record + 8);
				seen++;
			}
			at += ((length & ~(3u << 30)) + 8 + 7) & ~7ULL;
		}
		__atomic_store_n(consumer, at, __ATOMIC_RELEASE);
		elapsed += now() - start;
	}
	return elapsed;
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 64;
	const char *path = argv[1], *work = argv[2];
	u64 count = strtoull(argv[3], NULL, 10), sum = 0, start, elapsed;

	if (!strcmp(work, "load")) {
		// The first load reads the kernel's types and probes its features; it is paid once a process on both sides.
		bpf_object__close(load(path, 1));
		start = now();
		for (u64 i = 0; i < count; i++)
			bpf_object__close(load(path, 1));
		printf("%llu 0\n", now() - start);
		return 0;
	}
	struct bpf_object *object = load(path, 0);
	int map = bpf_object__find_map_fd_by_name(object, "table");

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
	} else if (!strcmp(work, "ring")) {
		elapsed = read_ring(bpf_object__find_map_fd_by_name(object, "ring"),
				    bpf_program__fd(bpf_object__find_program_by_name(object, "produce")), count, &sum);
		printf("%llu %llu\n", elapsed, sum);
		return 0;
	} else {
		return 64;
	}
	printf("%llu %llu\n", now() - start, sum);
	return 0;
}
