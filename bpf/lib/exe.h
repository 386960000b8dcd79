/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Rules for one program: which of the policy's executables a sender is. A file is
 * recognised by what the kernel knows of it, never by its path.
 */
#ifndef EFW_EXE_H
#define EFW_EXE_H

#include "../include/kernel_types.h"
#include "maps.h"

static __always_inline void efw_read_file(struct efw_file *to,
					  struct file *file)
{
	struct inode *inode = 0;
	struct super_block *super = 0;

	CORE_READ(&inode, &file->f_inode);
	if (!inode)
		return;
	CORE_READ(&to->number, (__u64 *)&inode->i_ino);
	CORE_READ(&super, &inode->i_sb);
	CORE_READ(&to->device, &super->s_dev);
	to->inode = (__u64)inode;
}

/* Costs nothing where no rule is for one program. Null: nobody is known. */
static __always_inline void efw_sent_by(struct efw_view *view,
					const struct efw_file *program)
{
	struct efw_exe_key key = {};
	const struct efw_exe *exe;

	if (!view->image->exes || !program || !program->inode)
		return;
	key.number = program->number;
	key.device = program->device;
	key.attachment = view->id;
	exe = bpf_map_lookup_elem(&efw_exes, &key);
	if (!exe)
		view->exes = 0;
	else if (exe->inode == program->inode)
		view->exes = exe->exes;
}

#endif
