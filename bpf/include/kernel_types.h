/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * The kernel's structs, as far as they are read here. Offsets are relocated
 * against the running kernel's BTF (CO-RE), so only names and types matter.
 */
#ifndef EFW_KERNEL_TYPES_H
#define EFW_KERNEL_TYPES_H

#include "bpf_api.h"

struct qstr {
	__u32 len;
	const unsigned char *name;
} __core;

struct hlist_bl_node {
	struct hlist_bl_node **pprev;
} __core;

struct dentry {
	struct hlist_bl_node d_hash;
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

struct fs_struct {
	struct path root;
	struct path pwd;
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
	struct fs_struct *fs;
	char comm[16];
} __core;

struct hlist_node {
	struct hlist_node *next;
} __core;

struct hlist_head {
	struct hlist_node *first;
} __core;

struct unix_table {
	struct hlist_head *buckets;
} __core;

struct netns_unix {
	struct unix_table table;
} __core;

struct net {
	struct netns_unix unx;
} __core;

typedef struct {
	struct net *net;
} __core possible_net_t;

struct sock_common {
	possible_net_t skc_net;
	struct hlist_node skc_node;
} __core;

struct sock_cgroup_data {
	void *cgroup;
} __core;

struct sock {
	struct sock_common __sk_common;
	struct sock_cgroup_data sk_cgrp_data;
} __core;

struct sockaddr_un {
	char sun_path[108];
} __core;

struct unix_address {
	int len;
	struct sockaddr_un name[0];
} __core;

struct unix_sock {
	struct sock sk;
	struct unix_address *addr;
	struct path path;
} __core;

struct bpf_sock_addr_kern {
	struct sock *sk;
	struct sockaddr_un *uaddr;
	__u32 uaddrlen;
} __core;

#endif
