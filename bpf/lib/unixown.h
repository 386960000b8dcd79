/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Is the socket that a name leads to the sandbox's own? Looks through the bound
 * unix sockets of the network namespace for one that was made in the cgroup of
 * the caller's socket, and that this very name leads to: an abstract one by its
 * name, one in the file system by walking from its directory entry upwards,
 * eating the text from its end, until the text is eaten: then the walk must be
 * where the kernel's will begin, at the root or the working directory. So the
 * text can have no symbolic link in it, nor "..", nor a socket that was moved.
 *
 * The kernel looks the name up again, later. Who may change the directory in
 * between can lead it elsewhere: docs/design/unix-sockets.md says what stands
 * against that.
 */
#ifndef EFW_UNIXOWN_H
#define EFW_UNIXOWN_H

#include "process.h"
#include "unixname.h"

#define EFW_UNIX_BUCKETS 512 /* UNIX_HASH_SIZE; the upper half: abstract */
#define EFW_UNIX_STEPS_MAX 65536 /* sockets, buckets, directories, mounts */

/*
 * Two machines in one, because the kernel's stack is small: from socket to
 * socket, and, while dentry is set, up from the entry of one of them.
 */
struct efw_unix_search {
	const struct efw_unix_name *name;
	struct hlist_head *buckets;
	struct hlist_node *node;
	void *cgroup;
	struct dentry *start;
	struct dentry *dentry;
	struct mount *mount;
	__u32 left; /* of the text */
	__u32 bucket;
	__u32 end;
	__u32 found;
};

/* Where the segment begins that ends before `end`. Global: verified once. */
__noinline int efw_unix_segment_start(const struct efw_unix_name *name,
				      __u32 end)
{
	__u32 from = end;

	if (!name)
		return 0;
	for (__u32 i = 0; i < EFW_UNIX_TEXT_MAX; i++) {
		__u32 before = from - 1;

		if (before >= EFW_UNIX_TEXT_MAX ||
		    ((const __u8 *)name->text)[before] == '/')
			break;
		from = before;
	}
	return from;
}

/* Whether a directory entry has that name. Global: verified once. */
__noinline int efw_unix_segment_is(const struct efw_unix_name *name,
				   __u32 from, __u32 length, __u64 entry)
{
	struct dentry *dentry = (void *)entry;
	const __u8 *segment = (const __u8 *)name + from;
	const unsigned char *text = 0;
	__u64 ours = 0, theirs = 0;
	__u32 size = 0;

	if (!name || CORE_READ(&size, &dentry->d_name.len) || size != length ||
	    CORE_READ(&text, &dentry->d_name.name))
		return 0;
	for (__u32 i = 0; i < EFW_UNIX_WORDS; i++) {
		if (i * sizeof(ours) >= length)
			break;
		if (bpf_probe_read_kernel(&theirs, sizeof(theirs), text + i * 8) ||
		    bpf_probe_read_kernel(&ours, sizeof(ours), segment + i * 8) ||
		    ((ours ^ theirs) & efw_unix_mask(length, i)))
			return 0;
	}
	return 1;
}

/* Up one level; sets found, or gives the socket up. */
static __always_inline void efw_unix_climb(struct efw_unix_search *search)
{
	struct dentry *dentry = search->dentry, *root = 0, *next = 0;
	struct mount *mount = search->mount, *above = 0;
	__u32 end = search->left, from, length;

	search->dentry = 0;
	if (!end && dentry == search->start) {
		search->found = 1;
		return;
	}
	if (CORE_READ(&root, &mount->mnt.mnt_root))
		return;
	if (dentry == root) {
		if (CORE_READ(&above, &mount->mnt_parent) || above == mount)
			return;
		CORE_READ(&next, &mount->mnt_mountpoint);
		search->dentry = next;
		search->mount = above;
		return;
	}
	if (!end || end > EFW_UNIX_TEXT_MAX)
		return;
	from = efw_unix_segment_start(search->name, end);
	length = end - from;
	search->left = from ? from - 1 : 0;
	if (!length || (length == 1 && from < EFW_UNIX_TEXT_MAX &&
			((const __u8 *)search->name->text)[from] == '.'))
		next = dentry; /* leads nowhere else */
	else if (efw_unix_segment_is(search->name, from, length,
				     (__u64)dentry))
		CORE_READ(&next, &dentry->d_parent);
	search->dentry = next;
}

/* Begins to climb from where a socket is bound. */
static __always_inline void efw_unix_enter(struct efw_unix_search *search,
					   struct unix_sock *sock)
{
	struct hlist_bl_node **hashed = 0;
	struct dentry *dentry = 0;
	struct vfsmount *mnt = 0;

	CORE_READ(&dentry, &sock->path.dentry);
	CORE_READ(&mnt, &sock->path.mnt);
	if (!dentry || !mnt)
		return;
	CORE_READ(&hashed, &dentry->d_hash.pprev);
	if (!hashed)
		return; /* unlinked: another file may stand there now */
	search->left = search->name->length;
	search->dentry = dentry;
	search->mount = efw_mount_of(mnt);
}

/* Whether a socket is bound to an abstract name. Global: verified once. */
__noinline int efw_unix_is_named(const struct efw_unix_name *name,
				 __u64 socket)
{
	struct unix_sock *sock = (void *)socket;
	struct unix_address *address = 0;
	__u64 theirs = 0;
	int bytes = 0;
	void *path;

	CORE_READ(&address, &sock->addr);
	if (!name || !address || CORE_READ(&bytes, &address->len) ||
	    (__u32)bytes != EFW_SUN_PATH_OFFSET + 1 + name->length)
		return 0;
	path = (void *)__builtin_preserve_access_index(&address->name) +
	       EFW_SUN_PATH_OFFSET;
	if (bpf_probe_read_kernel(&theirs, 1, path) || theirs)
		return 0;
	for (__u32 i = 0; i < EFW_UNIX_WORDS; i++) {
		if (i * sizeof(theirs) >= name->length)
			break;
		if (bpf_probe_read_kernel(&theirs, sizeof(theirs),
					  path + 1 + i * 8) ||
		    ((name->text[i] ^ theirs) &
		     efw_unix_mask(name->length, i)))
			return 0;
	}
	return 1;
}

/* One step of one of the machines; 1 ends the search. */
static long efw_unix_step(__u32 index, void *context)
{
	struct efw_unix_search *search = context;
	struct hlist_node *node = search->node;
	struct unix_sock *sock;
	void *cgroup = 0;

	(void)index;
	if (search->dentry) {
		efw_unix_climb(search);
		return search->found ? 1 : 0;
	}
	if (!node) {
		if (search->bucket >= search->end)
			return 1;
		bpf_probe_read_kernel(&search->node, sizeof(search->node),
				      search->buckets + search->bucket);
		search->bucket += 1;
		return 0;
	}
	sock = (void *)node -
	       __builtin_preserve_field_info(
		       ((struct sock *)0)->__sk_common.skc_node, 0);
	CORE_READ(&cgroup, &sock->sk.sk_cgrp_data.cgroup);
	if (cgroup == search->cgroup) {
		if (search->name->kind == EFW_UNIX_PATH)
			efw_unix_enter(search, sock);
		else
			search->found = efw_unix_is_named(search->name,
							  (__u64)sock);
	}
	CORE_READ(&search->node, &node->next);
	return search->found ? 1 : 0;
}

/* Not found, for whatever reason: foreign. */
static __noinline int efw_unix_is_own(struct bpf_sock_addr *ctx,
				      const struct efw_unix_name *name)
{
	struct task_struct *task = bpf_get_current_task();
	struct bpf_sock_addr_kern *kern = (void *)ctx;
	struct efw_unix_search search = {.name = name};
	struct hlist_head *buckets = 0;
	struct fs_struct *fs = 0;
	struct sock *caller = 0;
	struct net *net = 0;

	CORE_READ(&caller, &kern->sk);
	CORE_READ(&search.cgroup, &caller->sk_cgrp_data.cgroup);
	CORE_READ(&net, &caller->__sk_common.skc_net.net);
	CORE_READ(&buckets, &net->unx.table.buckets);
	if (!search.cgroup || !buckets)
		return 0;
	search.buckets = buckets;
	search.bucket = EFW_UNIX_BUCKETS / 2;
	search.end = EFW_UNIX_BUCKETS;
	if (name->kind == EFW_UNIX_PATH) {
		CORE_READ(&fs, &task->fs);
		if (!fs)
			return 0;
		if (*(const __u8 *)name->text == '/')
			CORE_READ(&search.start, &fs->root.dentry);
		else
			CORE_READ(&search.start, &fs->pwd.dentry);
		search.bucket = 0;
		search.end = EFW_UNIX_BUCKETS / 2;
	}
	bpf_loop(EFW_UNIX_STEPS_MAX, efw_unix_step, &search, 0);
	return search.found;
}

#endif
