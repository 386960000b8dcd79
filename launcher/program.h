/* SPDX-License-Identifier: MIT */
/* Finding and executing the program, as execvp(3) does but without its shell.
 */
#ifndef EFW_PROGRAM_H
#define EFW_PROGRAM_H

#include "process.h"
#include "status.h"

/* Executes, or says why not. That the file is there is asked separately:
 * ENOENT may mean its interpreter, EACCES a directory on the way to it. */
static long program_try(const char *path, char **argv, char **envp, int *found)
{
	long error = SYS(execve, path, argv, envp);

	*found = SYS(faccessat, AT_FDCWD, path, 0) == 0;
	return error;
}

static const char *program_search_path(char **envp)
{
	for (; *envp; envp++) {
		char *value = text_after(*envp, "PATH=");

		if (value)
			return value;
	}
	return "/bin:/usr/bin";
}

/* Writes "dir/name" for the directory at *list and steps past it. An empty one
 * is the working directory. False if it is too long to exist. */
static int program_candidate(char out[PATH_MAX], const char **list,
			     const char *name)
{
	size_t used = 0;
	size_t length = text_length(name);
	const char *dir = *list;

	while (dir[used] && dir[used] != ':')
		used++;
	*list = dir + used;
	if (used + 1 + length + 1 > PATH_MAX)
		return 0;
	memcpy(out, dir, used);
	if (used)
		out[used++] = '/';
	memcpy(out + used, name, length + 1);
	return 1;
}

/* The first candidate that runs; else the first that was there but does not. A
 * directory of PATH that the user may not enter holds nothing for that user. */
static _Noreturn void program_search(char **argv, char **envp)
{
	static char path[PATH_MAX];
	const char *list = program_search_path(envp);
	long refusal = 0;

	for (;; list++) {
		int found = 0;
		long error = -ENOENT;

		if (program_candidate(path, &list, argv[0]))
			error = program_try(path, argv, envp, &found);
		if (found && !refusal)
			refusal = error;
		if (!*list)
			break;
	}
	if (refusal)
		fail(EFW_STAGE_NOT_EXECUTABLE, (u32)-refusal);
	fail(EFW_STAGE_NOT_FOUND, ENOENT);
}

static _Noreturn void program_execute(char **argv, char **envp)
{
	int found;
	long error;

	if (!argv[0][0])
		fail(EFW_STAGE_NOT_FOUND, ENOENT);
	for (const char *c = argv[0]; *c; c++) {
		if (*c != '/')
			continue;
		error = program_try(argv[0], argv, envp, &found);
		fail(error == -ENOENT && !found ? EFW_STAGE_NOT_FOUND
						: EFW_STAGE_NOT_EXECUTABLE,
		     (u32)-error);
	}
	program_search(argv, envp);
}

#endif
