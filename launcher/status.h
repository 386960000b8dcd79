/* SPDX-License-Identifier: MIT */
/* The status pipe, and the one way to fail: launcher_abi.h has the protocol. */
#ifndef EFW_STATUS_H
#define EFW_STATUS_H

#include "launcher_abi.h"
#include "sys.h"
#include "text.h"

static int status_fd = -1;

static void status_complain(u32 stage, u32 error)
{
	char text[64] = "efw-launcher: stage ";
	size_t n = text_length(text);

	text_from_number(text + n, stage);
	memcpy(text + text_length(text), " errno ", 8);
	text_from_number(text + text_length(text), error);
	memcpy(text + text_length(text), "\n", 2);
	sys_write(2, text, text_length(text));
}

static int status_exit_code(u32 stage)
{
	switch (stage) {
	case EFW_STAGE_NOT_FOUND:
		return EFW_EXIT_NOT_FOUND;
	case EFW_STAGE_NOT_EXECUTABLE:
		return EFW_EXIT_NOT_EXECUTABLE;
	default:
		return EFW_EXIT_FAILED;
	}
}

static long status_report(u32 stage, u32 value)
{
	struct efw_launcher_report report = {stage, value};

	return sys_write(status_fd, &report, sizeof(report));
}

static _Noreturn void fail(u32 stage, u32 error)
{
	if (status_fd < 0 || status_report(stage, error) < 0)
		status_complain(stage, error);
	sys_exit(status_exit_code(stage));
}

/* Passes on what a system call gave, or ends here: no step is ever skipped. */
static long must(u32 stage, long result)
{
	if (result < 0)
		fail(stage, (u32)-result);
	return result;
}

static void must_hold(u32 stage, int condition, u32 error)
{
	if (!condition)
		fail(stage, error);
}

/* Opened again by path, the pipe needs no inherited descriptor. Non-blocking,
 * so that a starter that is gone is an error and not a wait. */
static void status_open(const char *path)
{
	struct statx st;
	int fd = (int)must(EFW_STAGE_STATUS,
			   sys_open(path, O_WRONLY | O_NONBLOCK));

	must(EFW_STAGE_STATUS, sys_stat_fd(fd, &st));
	must_hold(EFW_STAGE_STATUS, (st.stx_mode & S_IFMT) == S_IFIFO, EINVAL);
	must(EFW_STAGE_STATUS, sys_write(fd, &(char){EFW_LAUNCHER_OPENED}, 1));
	status_fd = fd;
}

#endif
