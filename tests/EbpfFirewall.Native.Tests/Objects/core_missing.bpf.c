/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Reads a field that no kernel has. */
#include "bpf_test.h"

struct task_struct___gone {
	int vanished;
} CORE;

SEC("raw_tp/sys_enter")
int read_missing(void *ctx)
{
	struct task_struct___gone *task = (void *)bpf_get_current_task();
	int value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), &task->vanished);
	return value;
}
