/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * The kernel's structs, as far as they are read here. Offsets are relocated
 * against the running kernel's BTF (CO-RE), so only names and types matter.
 */
#ifndef EFW_KERNEL_TYPES_H
#define EFW_KERNEL_TYPES_H

#include "bpf_api.h"

struct qstr {
	const unsigned char *name;
} __core;

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
} __core;

struct vfsmount {
	struct dentry *mnt_root;
} __core;

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
} __core;

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
} __core;

struct super_block {
	__u32 s_dev;
} __core;

struct inode {
	unsigned long i_ino;
	struct super_block *i_sb;
} __core;

struct file {
	struct path f_path;
	struct inode *f_inode;
} __core;

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
} __core;

struct files_struct {
	struct fdtable *fdt;
} __core;

struct mm_struct {
	unsigned long arg_start;
	unsigned long arg_end;
	struct file *exe_file;
} __core;

typedef struct {
	__u32 val;
} kuid_t;

struct cred {
	kuid_t euid;
} __core;

struct task_struct {
	int tgid;
	__u64 start_boottime;
	__u64 self_exec_id;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct mm_struct *mm;
	struct files_struct *files;
	const struct cred *cred;
	char comm[16];
} __core;

#endif
