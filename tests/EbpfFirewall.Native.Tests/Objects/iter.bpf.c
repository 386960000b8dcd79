/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Writes the id of every map of the system. */
#include "bpf_test.h"

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
} CORE;

struct bpf_map {
	__u32 id;
} CORE;

struct bpf_iter__bpf_map {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
} CORE;

static long (*bpf_seq_write)(struct seq_file *seq, const void *data,
			     __u32 size) = (void *)127;

SEC("iter/bpf_map")
int list_maps(struct bpf_iter__bpf_map *ctx)
{
	struct bpf_map *map = ctx->map;
	__u32 id;

	if (!map)
		return 0;
	id = map->id;
	bpf_seq_write(ctx->meta->seq, &id, sizeof(id));
	return 0;
}
