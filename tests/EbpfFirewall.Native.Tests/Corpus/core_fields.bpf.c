/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Fields, flavours, bitfields, existence, sizes and enumerators of kernel types. */
#include "bpf_test.h"

struct list_head { struct list_head *next, *prev; } CORE;
struct task_struct {
	int pid, tgid;
	struct task_struct *group_leader;
	char comm[16];
	unsigned sched_reset_on_fork : 1;
} CORE;
struct task_struct___none { int no_such_field_anywhere; } CORE;
struct no_such_structure { int a; } CORE;
enum pid_type { PIDTYPE_PID, PIDTYPE_SID___flavoured = 40 };
enum no_such_enum { NO_SUCH_VALUE };

__u64 sink[12];

SEC("raw_tp/sys_enter")
int relocated(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct task_struct *leader;

	bpf_probe_read_kernel(&sink[0], 4, &task->pid);
	bpf_probe_read_kernel(&leader, 8, &task->group_leader);
	bpf_probe_read_kernel(&sink[1], 4, &leader->tgid);
	bpf_probe_read_kernel(&sink[2], 1, &task->comm[3]);
	sink[3] = __builtin_preserve_field_info(((struct task_struct___none *)task)->no_such_field_anywhere, 2);
	sink[4] = __builtin_preserve_field_info(task->comm, 1);
	sink[5] = __builtin_preserve_field_info(task->pid, 3);
	sink[6] = __builtin_preserve_field_info(task->sched_reset_on_fork, 0);
	sink[7] = __builtin_preserve_field_info(task->sched_reset_on_fork, 4);
	sink[8] = __builtin_preserve_field_info(task->sched_reset_on_fork, 5);
	sink[9] = __builtin_preserve_type_info(*(struct no_such_structure *)0, 0);
	sink[10] = __builtin_preserve_type_info(*(struct task_struct *)0, 1);
	sink[11] = __builtin_preserve_enum_value(*(typeof(enum pid_type) *)PIDTYPE_SID___flavoured, 1);
	return 0;
}
