/* SPDX-License-Identifier: MIT */
/* Reading /proc/self/mountinfo, proc_pid_mountinfo(5):
 *   36 35 98:0 /root /mount\040point rw,noatime shared:1 - ext3 /dev/sda rw
 *   id         root  path            options    0..n     - type
 * Its length has no bound, nor has a field's. */
#ifndef EFW_MOUNTINFO_H
#define EFW_MOUNTINFO_H

#include "status.h"

struct mount_table {
	char *text;
	size_t size; /* bytes mapped */
	char *next;  /* where mount_table_next goes on */
};

struct mount_entry {
	u32 id;
	char *root; /* of the mount within its file system */
	char *path; /* of the mount point */
	char *options;
	char *type;
};

enum { MOUNT_TABLE_FIRST_SIZE = 64 * 1024 };

static long mount_table_map(size_t size)
{
	return SYS(mmap, 0, size, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static void mount_table_read(struct mount_table *table)
{
	struct statfs fs;
	size_t used = 0;
	long got;
	int fd = (int)must(EFW_STAGE_MOUNT_TABLE,
			   sys_open("/proc/self/mountinfo", O_RDONLY));

	must(EFW_STAGE_MOUNT_TABLE, sys_statfs_fd(fd, &fs));
	must_hold(EFW_STAGE_MOUNT_TABLE, fs.f_type == PROC_SUPER_MAGIC, EINVAL);

	table->size = MOUNT_TABLE_FIRST_SIZE;
	table->text = (char *)must(EFW_STAGE_MOUNT_TABLE,
				   mount_table_map(table->size));
	while ((got = must(EFW_STAGE_MOUNT_TABLE,
			   sys_read(fd, table->text + used,
				    table->size - used - 1)))) {
		used += (size_t)got;
		if (used < table->size - 1)
			continue;
		table->text =
			(char *)must(EFW_STAGE_MOUNT_TABLE,
				     SYS(mremap, table->text, table->size,
					 table->size * 2, MREMAP_MAYMOVE));
		table->size *= 2;
	}
	table->text[used] = 0; /* mapped memory is zero, and this says so */
	table->next = table->text;
	sys_close(fd);
}

static void mount_table_free(struct mount_table *table)
{
	must(EFW_STAGE_MOUNT_TABLE, SYS(munmap, table->text, table->size));
}

/* Ends the field at *at and steps past it; NULL at the end of the line. */
static char *mount_field(char **at)
{
	char *field = *at;

	if (!*field)
		return NULL;
	while (**at && **at != ' ')
		(*at)++;
	if (**at)
		*(*at)++ = 0;
	return field;
}

static int mount_is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* Undoes the kernel's \ooo for blanks and backslashes, in place. */
static char *mount_unescape(char *field)
{
	char *to = field;

	for (char *from = field; *from; to++) {
		if (*from == '\\' && mount_is_octal(from[1]) &&
		    mount_is_octal(from[2]) && mount_is_octal(from[3])) {
			*to = (char)((from[1] - '0') << 6 |
				     (from[2] - '0') << 3 | (from[3] - '0'));
			from += 4;
		} else {
			*to = *from++;
		}
	}
	*to = 0;
	return field;
}

static int mount_parse(char *line, struct mount_entry *entry)
{
	char *id = mount_field(&line);
	char *field;

	if (!id || !text_number(&id, &entry->id) || *id ||
	    !mount_field(&line) || !mount_field(&line))
		return 0;
	entry->root = mount_field(&line);
	entry->path = mount_field(&line);
	entry->options = mount_field(&line);
	do
		field = mount_field(&line);
	while (field && !text_equal(field, "-"));
	entry->type = mount_field(&line);
	if (!entry->type)
		return 0;
	mount_unescape(entry->root);
	mount_unescape(entry->path);
	return 1;
}

/* Takes the table apart line by line. A line that it cannot read might be the
 * mount that matters, so that is a failure. */
static int mount_table_next(struct mount_table *table,
			    struct mount_entry *entry)
{
	char *line = table->next;
	char *end = line;

	if (!*line)
		return 0;
	while (*end && *end != '\n')
		end++;
	table->next = *end ? end + 1 : end;
	*end = 0;
	must_hold(EFW_STAGE_MOUNT_TABLE, mount_parse(line, entry), EPROTO);
	return 1;
}

#endif
