/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Who did it. Taken at the call, in the caller's context, so that it stays
 * right when the process has ended or its pid has been given away.
 */
#ifndef EFW_PROCESS_H
#define EFW_PROCESS_H

#include "efw_abi.h"

#define EFW_COMM_BYTES 16
#define EFW_PARENTS 8
#define EFW_ARGS_BYTES 1024
#define EFW_EXE_SLOTS 20
#define EFW_EXE_SLOT_BYTES 80

/*
 * One program image: thread-group id in the initial pid namespace, start of
 * the group leader since boot (CLOCK_BOOTTIME), and how often it has called
 * execve (low bits). All zero: nobody.
 */
struct efw_process_key {
	__u32 tgid;
	__u32 exec_id;
	__u64 start_ns;
};
_Static_assert(sizeof(struct efw_process_key) == 16, "mirrored in C#");

/*
 * A file, as the kernel knows it: inode's address, inode number, and device of
 * the file system. All zero: not known.
 *
 * Numbers alone are not enough: they are given away again, and on an overlay of
 * several file systems two files may have the same. The address is a file's own
 * as long as somebody has the file open. It never leaves this host's root.
 */
struct efw_file {
	__u64 inode;
	__u64 number;
	__u32 device;
	__u32 _reserved;
};
_Static_assert(sizeof(struct efw_file) == 24, "mirrored in C#");

struct efw_parent {
	__u32 tgid;
	__u32 _reserved;
	__u64 start_ns;
	char comm[EFW_COMM_BYTES];
};
_Static_assert(sizeof(struct efw_parent) == 32, "mirrored in C#");

/*
 * ready        1 once everything below is written
 * attachment   whose quota it counts in
 * uid          effective, in the initial user namespace
 * file         the executable
 * args_bytes   length of the whole argument vector; args holds its beginning,
 *              each argument ended by a NUL
 * exe          names of the path's components from the file up to the root, a
 *              slot each, ended by a NUL; empty slots (mount points) are
 *              skipped; a name longer than EFW_EXE_SLOT_BYTES - 1 is cut
 * exe_whole    1 when the walk reached the root
 */
struct efw_process {
	__u32 ready;
	__u32 uid;
	__u32 args_bytes;
	__u32 exe_whole;
	__u32 parent_count;
	__u32 attachment;
	struct efw_file file;
	char comm[EFW_COMM_BYTES];
	struct efw_parent parents[EFW_PARENTS];
	char exe[EFW_EXE_SLOTS][EFW_EXE_SLOT_BYTES];
	char args[EFW_ARGS_BYTES];
};
_Static_assert(sizeof(struct efw_process) == 2944, "mirrored in C#");

#endif
