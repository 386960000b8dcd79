/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Records the calling process. Only where the current task is the sender: in
 * sock_create and sock_addr hooks, and at egress of a datagram (a user's
 * datagram leaves inside its system call, unlike TCP, which softirqs drive).
 */
#ifndef EFW_PROCESS_LIB_H
#define EFW_PROCESS_LIB_H

#include "exe.h"

static const struct efw_process efw_no_process;

static __always_inline struct mount *efw_mount_of(struct vfsmount *mnt)
{
	return (void *)mnt -
	       __builtin_preserve_field_info(((struct mount *)0)->mnt, 0);
}

/*
 * Walks from the executable's dentry to the root, across mount points. Fixed
 * slots instead of one string: every turn looks the same to the verifier.
 */
static __always_inline void efw_record_exe(struct efw_process *process,
					   struct mm_struct *mm)
{
	struct dentry *dentry = 0, *parent = 0, *root = 0;
	struct mount *mount, *above = 0;
	const unsigned char *name = 0;
	struct vfsmount *vfsmnt = 0;
	struct file *file = 0;

	CORE_READ(&file, &mm->exe_file);
	if (!file)
		return;
	efw_read_file(&process->file, file);
	CORE_READ(&dentry, &file->f_path.dentry);
	CORE_READ(&vfsmnt, &file->f_path.mnt);
	mount = efw_mount_of(vfsmnt);

	for (int i = 0; i < EFW_EXE_SLOTS; i++) {
		CORE_READ(&root, &mount->mnt.mnt_root);
		CORE_READ(&parent, &dentry->d_parent);
		if (dentry == root || dentry == parent) {
			CORE_READ(&above, &mount->mnt_parent);
			if (above == mount) {
				process->exe_whole = 1;
				break;
			}
			CORE_READ(&dentry, &mount->mnt_mountpoint);
			mount = above;
			continue;
		}

		CORE_READ(&name, &dentry->d_name.name);
		bpf_probe_read_kernel_str(process->exe[i], EFW_EXE_SLOT_BYTES,
					  name);
		dentry = parent;
	}
}

static __always_inline void efw_record_args(struct efw_process *process,
					    struct mm_struct *mm)
{
	unsigned long start = 0, end = 0;
	__u64 size;

	CORE_READ(&start, &mm->arg_start);
	CORE_READ(&end, &mm->arg_end);
	if (end <= start)
		return;

	size = end - start;
	process->args_bytes = size;
	if (size > EFW_ARGS_BYTES)
		size = EFW_ARGS_BYTES;
	if (bpf_probe_read_user(process->args, size, (void *)start))
		process->args_bytes = 0; /* the page is not resident */
}

static __always_inline void efw_record_parents(struct efw_process *process,
					       struct task_struct *leader)
{
	struct task_struct *task = leader, *parent = 0, *above = 0;
	struct efw_parent *slot;

	for (int i = 0; i < EFW_PARENTS; i++) {
		CORE_READ(&parent, &task->real_parent);
		if (!parent)
			break;
		CORE_READ(&above, &parent->group_leader);
		if (!above || above == task)
			break;

		slot = &process->parents[i];
		CORE_READ(&slot->tgid, (__u32 *)&above->tgid);
		if (!slot->tgid)
			break; /* the idle task: pid 1 and kernel threads end here */
		CORE_READ(&slot->start_ns, &above->start_boottime);
		CORE_READ(&slot->comm, &above->comm);
		process->parent_count = i + 1;
		task = above;
	}
}

static __always_inline void efw_current_process(struct efw_process_key *key,
						struct task_struct *task,
						struct task_struct **leader)
{
	__u64 exec_id = 0;

	CORE_READ(leader, &task->group_leader);
	CORE_READ(&key->tgid, (__u32 *)&task->tgid);
	CORE_READ(&exec_id, &task->self_exec_id);
	CORE_READ(&key->start_ns, &(*leader)->start_boottime);
	key->exec_id = exec_id;
}

/*
 * Records the current process. A global function: it runs once for a process,
 * and the verifier walks it once for a program. Returns 0 when there is no room.
 */
__noinline int efw_record_new_process(__u32 number, __u32 id)
{
	struct efw_quota *quota = efw_quota_of(number);
	struct task_struct *task = bpf_get_current_task(), *leader = 0;
	struct efw_process_key key = {};
	struct efw_process *process;
	const struct cred *cred = 0;
	struct mm_struct *mm = 0;

	efw_current_process(&key, task, &leader);
	if (quota && quota->processes < EFW_PROCESSES_MAX &&
	    !bpf_map_update_elem(&efw_processes, &key, &efw_no_process,
				 BPF_NOEXIST))
		__sync_fetch_and_add(&quota->processes, 1);
	process = bpf_map_lookup_elem(&efw_processes, &key);
	if (!process)
		return 0;

	/* Two threads may get here at once: both write the same. */
	CORE_READ(&cred, &task->cred);
	CORE_READ(&process->uid, &cred->euid.val);
	CORE_READ(&process->comm, &leader->comm);
	CORE_READ(&mm, &task->mm);
	if (mm) {
		efw_record_exe(process, mm);
		efw_record_args(process, mm);
	}
	efw_record_parents(process, leader);
	process->attachment = id;
	process->ready = 1;
	return 1;
}

/*
 * Finds the current process in efw_processes, or records it there. Null when it
 * could not be recorded; the caller must deny.
 */
static __always_inline const struct efw_process *
efw_record_process(const struct efw_view *view, struct efw_process_key *key)
{
	struct task_struct *leader = 0;
	struct efw_process *process;

	efw_current_process(key, bpf_get_current_task(), &leader);
	process = bpf_map_lookup_elem(&efw_processes, key);
	if (!process || !process->ready)
		process = efw_record_new_process(view->number, view->id)
				  ? bpf_map_lookup_elem(&efw_processes, key)
				  : 0;
	if (!process)
		efw_count(view, EFW_COUNT_PROCESSES_FULL);
	return process;
}

#endif
