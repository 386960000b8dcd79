/* SPDX-License-Identifier: MIT */
/* Unix sockets of services outside. Whoever may change a directory can make a
 * name lead elsewhere after the kernel side of the firewall has judged it, so
 * sockets that are there already are covered: whatever name leads to one leads
 * to /dev/null. A covered one cannot be renamed nor removed (EBUSY), nor linked
 * to from elsewhere (EXDEV).
 *
 * From Linux 7.1 on the Landlock domain holds for those that come later, too:
 * it knows who made a socket. */
#ifndef EFW_UNIXES_H
#define EFW_UNIXES_H

#include "mounts.h"
#include "options.h"

#define UNIXES_COVER '-'
#define UNIXES_OPEN  '+'

enum { UNIXES_FIRST_SIZE = 64 * 1024 };

/* Entries of a sign and a path, each ended by a zero; an empty one ends them. */
static char *unixes_list;

static char *unixes_next(char *entry)
{
	return entry + text_length(entry) + 1;
}

static void unixes_read(const char *path)
{
	size_t size = UNIXES_FIRST_SIZE, used = 0;
	int fd = (int)must(EFW_STAGE_UNIX, sys_open(path, O_RDONLY));
	char *text = (char *)must(EFW_STAGE_UNIX, mount_table_map(size));
	long got;

	while ((got = must(EFW_STAGE_UNIX,
			   sys_read(fd, text + used, size - used - 2)))) {
		used += (size_t)got;
		if (used < size - 2)
			continue;
		text = (char *)must(EFW_STAGE_UNIX,
				    SYS(mremap, text, size, size * 2,
					MREMAP_MAYMOVE));
		size *= 2;
	}
	text[used] = 0;
	text[used + 1] = 0;
	sys_close(fd);
	unixes_list = text;
}

/* One that has gone meanwhile, or is no socket any more, leads nowhere. */
static void unixes_cover(const char *path, int nothing)
{
	char source[FD_PATH_SIZE], target[FD_PATH_SIZE];
	struct statx st;
	long fd = sys_open(path, O_PATH | O_NOFOLLOW);
	long mounted;

	if (fd < 0)
		return;
	must(EFW_STAGE_UNIX, sys_stat_fd((int)fd, &st));
	if ((st.stx_mode & S_IFMT) == S_IFSOCK) {
		mounted = sys_mount(fd_path(source, nothing),
				    fd_path(target, (int)fd), NULL, MS_BIND,
				    NULL);
		if (mounted != -ENOENT)
			must(EFW_STAGE_UNIX, mounted);
	}
	sys_close((int)fd);
}

static void unixes_restrict(const struct options *options)
{
	int nothing;

	if (!options->unixes)
		return;
	unixes_read(options->unixes);
	nothing = (int)must(EFW_STAGE_UNIX, sys_open("/dev/null", O_PATH));
	for (char *entry = unixes_list; *entry; entry = unixes_next(entry))
		if (*entry == UNIXES_COVER)
			unixes_cover(entry + 1, nothing);
	sys_close(nothing);
}

#endif
