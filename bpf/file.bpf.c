/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * What the kernel knows a file by that user space has open. Run by test runs, in
 * the context of the thread that asks: stat(2) does not say it, for it shows the
 * numbers of an overlay's or a subvolume's making.
 */
#include "lib/exe.h"

__u32 efw_descriptor;
struct efw_file efw_opened;

SEC("cgroup_skb/egress")
int efw_read_opened(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_get_current_task();
	struct files_struct *files = 0;
	struct fdtable *table = 0;
	unsigned int descriptors = 0;
	struct file **slots = 0, *file = 0;

	(void)skb;
	__builtin_memset(&efw_opened, 0, sizeof(efw_opened));
	CORE_READ(&files, &task->files);
	CORE_READ(&table, &files->fdt);
	CORE_READ(&descriptors, &table->max_fds);
	CORE_READ(&slots, &table->fd);
	if (efw_descriptor >= descriptors ||
	    bpf_probe_read_kernel(&file, sizeof(file), slots + efw_descriptor) ||
	    !file)
		return 0;
	efw_read_file(&efw_opened, file);
	return 1;
}

char efw_license[] SEC("license") = "Dual MIT/GPL";
